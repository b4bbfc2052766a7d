"""Why a variable's gradient is bad: asks the record of the step, and the tape itself, while both are still
there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from tensorflow.python import pywrap_tfe

from gradcheck.probe.engine.explain.derivatives import note
from gradcheck.probe.engine.explain.one_call import CallExplainer, spoiling
from gradcheck.probe.engine.explain.record import Recorder, TapeRecord
from gradcheck.probe.engine.watch.births import Born
from gradcheck.probe.engine.watch.gradient_calls import Call
from gradcheck.probe.engine.watch.measure import measure
from gradcheck.report.verdict import Cause


class Explainer:
    """Listens to the watch; keeps the causes of the latest step for every variable."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.causes: dict[Born, tuple[Cause, ...]] = {}
        self._ends: dict[int, int] = {}
        self._spoilt: set[int] = set()

    # The tape, made persistent, must behave as its author made it ---

    def opened(self, tape: Any, *, outermost: bool) -> None:
        """A tape starts to record."""
        if outermost:
            self.recorder.opened()
        tape_record = _record_of(tape)
        if tape_record is not None:
            tape_record.intervals.append([self.recorder.now, 1 << 60])

    def closed(self, tape: Any) -> None:
        """A tape stops."""
        tape_record = _record_of(tape)
        if tape_record is not None and tape_record.intervals:
            tape_record.intervals[-1][1] = self.recorder.now

    def before(self, tape: Any) -> None:
        """A gradient is about to be taken."""
        tape_record = _record_of(tape)
        if tape_record is not None and not tape_record.persistent and tape._recording:
            tape._pop_tape()

    def after(self, tape: Any) -> None:
        """It was taken and looked at: a tape that was not persistent is used up."""
        tape_record = _record_of(tape)
        if tape_record is not None and not tape_record.persistent and tape._tape is not None:
            tape._watched_variables = tape._tape.watched_variables()
            tape._tape = None

    def backward(self) -> AbstractContextManager[None]:
        """While a gradient is computed: for an outer tape that is part of the forward pass, else none of it
        is.
        """
        return self.recorder.silent() if pywrap_tfe.TFE_Py_TapeSetIsEmpty() else nullcontext()

    def unheard(self) -> AbstractContextManager[None]:
        """While we look at it: the record is the program's."""
        return self.recorder.silent()

    def called(self, layer: Any, args: Sequence[Any], named: Mapping[str, Any]) -> Callable[[Any], None]:
        """A layer is called."""
        return self.recorder.layer_called(layer, args, named)

    def taken(self, call: Call) -> None:
        """A gradient was taken: find the causes of what is bad about it."""
        tape_record = _record_of(call.tape)
        if tape_record is not None and not call.error:
            with self.recorder.silent():
                note(self.recorder.trace, call)
        if tape_record is None or call.site.inner or id(call.site) in self._spoilt:
            return
        with self.recorder.silent():
            before = self._ends.get(id(call.site), 0)
            explainer = CallExplainer(self.recorder, call, tape_record, before, self.causes)
            for source, gradient in zip(call.flat, call.gradients, strict=True):
                born = self.recorder.watch.births.find(source)
                if born is not None:
                    seen = measure(gradient)
                    found = explainer.refused(born) if call.error else explainer.causes(born, source, seen)
                    self.causes[born] = tuple(found)
            for lost in self.recorder.watch.lists.lost_tensors.values():
                if lost.site is call.site and not lost.causes:
                    lost.causes = tuple(explainer.tensor(lost))
        self._ends[id(call.site)] = self.recorder.now
        if call.site.spoilt:  # From here on the weights themselves may be NaN.
            self._spoilt.add(id(call.site))
            self._spread([born for one in call.flat if (born := self.recorder.watch.births.find(one))])

    def _spread(self, asked: Sequence[Born]) -> None:
        """The update that comes now makes NaN of everything: also of what was zero until here."""
        ruined = {born: one for born in asked if (one := spoiling(self.causes.get(born, ())))}
        every = tuple(dict.fromkeys(cause for causes in ruined.values() for cause in causes))
        self.causes.update((born, every) for born in asked if self.causes.get(born) and born not in ruined)


def _record_of(tape: Any) -> TapeRecord | None:
    return getattr(tape, "_gradcheck", None)
