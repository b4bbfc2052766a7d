"""A first look at eager training: the record of the first steps of a tape, for what verdicts do not show.

The program runs in its own mode and its tapes stay as they are. Only what runs under an open tape is written
down, the first two times: a term of the loss that is dead from the start shows there.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import tensorflow as tf
from tensorflow.python.framework import ops

from gradcheck.probe.engine.explain.bridges import connected
from gradcheck.probe.engine.explain.causes import Pointer, computed
from gradcheck.probe.engine.explain.partial import Bridge, Terms
from gradcheck.probe.engine.explain.record import Recorder
from gradcheck.probe.engine.explain.registry_gradients import broken
from gradcheck.probe.engine.explain.trace import Trace
from gradcheck.probe.engine.watch import versions
from gradcheck.probe.engine.watch.births import Born
from gradcheck.probe.engine.watch.gradient_calls import Call
from gradcheck.probe.engine.watch.patches import Patches
from gradcheck.probe.engine.watch.watch import Watch
from gradcheck.report.verdict import Cause

_LOOKS = 2
_MOST_OPERATIONS = 20_000


class FirstSteps:
    """Listens to the watch where no full recorder does."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._recorder = Recorder(watch)
        self._patches = Patches()
        self._looked: Counter[object] = Counter()
        self._open: list[Any] = []

    def opened(self, tape: Any, *, outermost: bool) -> None:
        """A tape starts to record."""
        if outermost:
            self._stop()
            self._start()
        self._open.append(tape)

    def closed(self, tape: Any) -> None:
        """A tape stops."""
        self._open[:] = [one for one in self._open if one is not tape]
        if not self._open:
            self._stop()

    def before(self, tape: Any) -> None:
        """A gradient is about to be taken."""

    def after(self, tape: Any) -> None:
        """It has been taken and looked at."""

    def backward(self) -> AbstractContextManager[None]:
        """While a gradient is computed: for an outer tape it is part of the loss."""
        return nullcontext() if self._open else self._recorder.silent()

    def unheard(self) -> AbstractContextManager[None]:
        """While we look at it: the record is the program's."""
        return self._recorder.silent()

    def called(self, layer: Any, args: Sequence[Any], named: Mapping[str, Any]) -> Callable[[Any], None]:
        """A layer is called: of no interest here."""
        return lambda _: None

    def taken(self, call: Call) -> None:
        """A gradient was taken: look for a part of it that is missing."""
        trace = self._recorder.trace
        if call.error is not None or not 0 < len(trace.nodes) < _MOST_OPERATIONS:
            return
        with self._recorder.silent():
            for born, causes in _partial(self._watch, trace, call):
                self._watch.gradients.partial.setdefault(born, causes)

    def _start(self) -> None:
        frame = self._recorder.stack()[:1]
        key = (frame[0].file, frame[0].line) if frame else None
        self._recorder.trace = Trace()
        main = threading.current_thread() is threading.main_thread()
        if not (main and tf.executing_eagerly()) or self._looked[key] >= _LOOKS:
            return
        self._looked[key] += 1
        self._recorder.listen(self._patches)

    def _stop(self) -> None:
        self._patches.undo()


def _partial(watch: Watch, trace: Trace, call: Call) -> Iterator[tuple[Born, tuple[Cause, ...]]]:
    numbers = {
        number: born
        for source in call.flat
        if (number := versions.handle(source)) is not None and (born := watch.births.find(source))
    }
    targets = tuple(one._id for one in tf.nest.flatten(call.target) if isinstance(one, ops.EagerTensor))
    terms = Terms(trace, targets, tuple(numbers), broken, tuple(_bridges(trace)))
    call.site.computed = computed(trace, targets, call.site.stack)
    yield from Pointer(watch, trace, call.site.computed).parts(terms, numbers, call.site)


def _bridges(trace: Trace) -> Iterator[Bridge]:
    for tensor, entry in trace.entries.items():
        for escape in trace.escapes:
            if connected(escape, entry):
                yield Bridge(escape, tensor, entry.shape == escape.shape)
