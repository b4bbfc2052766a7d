"""Why a variable's gradient is bad: asks the record of the step, and the tape itself, while both are still
there.
"""

from __future__ import annotations

import dis
from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import tensorflow as tf
from tensorflow.python import pywrap_tfe
from tensorflow.python.framework import ops

from gradcheck.finding import Cut, Location, Step
from gradcheck.kinds import Kind
from gradcheck.probe import versions
from gradcheck.probe.births import Born
from gradcheck.probe.cuts import End, Question
from gradcheck.probe.frames import Frame, Stack, place
from gradcheck.probe.record import Recorder, Witness
from gradcheck.probe.sites import Call
from gradcheck.probe.trace import READS, WRITES, Node
from gradcheck.verdict import Cause

_NEVER = frozenset(
    ["ArgMax", "ArgMin", "Floor", "Ceil", "Round", "Rint", "FloorDiv", "TruncateDiv", "NextAfter"]
)
_DRAWS = frozenset(
    ["Multinomial", "StatelessMultinomial", "RandomPoissonV2", "StatelessRandomPoisson", "RandomShuffle"]
)
_MOST_STEPS = 6


class Explainer:
    """Listens to the watch; keeps the causes of the latest step for every variable."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.causes: dict[Born, tuple[Cause, ...]] = {}
        self._ends: dict[int, int] = {}

    # The tape, made persistent, must behave as its author made it ---

    def opened(self, tape: Any, *, outermost: bool) -> None:
        """A tape starts to record."""
        if outermost:
            self.recorder.opened()
        witness = _witness(tape)
        if witness is not None:
            witness.intervals.append([self.recorder.now, 1 << 60])

    def closed(self, tape: Any) -> None:
        """A tape stops."""
        witness = _witness(tape)
        if witness is not None and witness.intervals:
            witness.intervals[-1][1] = self.recorder.now

    def before(self, tape: Any) -> None:
        """A gradient is about to be taken."""
        witness = _witness(tape)
        if witness is not None and not witness.persistent and tape._recording:
            tape._pop_tape()

    def after(self, tape: Any) -> None:
        """It was taken and looked at: a tape that was not persistent is used up."""
        witness = _witness(tape)
        if witness is not None and not witness.persistent and tape._tape is not None:
            tape._watched_variables = tape._tape.watched_variables()
            tape._tape = None

    def backward(self) -> AbstractContextManager[None]:
        """While a gradient is computed: for an outer tape that is part of the forward pass, else none of it
        is.
        """
        return self.recorder.silent() if pywrap_tfe.TFE_Py_TapeSetIsEmpty() else nullcontext()

    def taken(self, call: Call) -> None:
        """A gradient was taken: find the causes of what is bad about it."""
        witness = _witness(call.tape)
        if witness is None or call.site.spoilt:
            return
        with self.recorder.silent():
            inquest = Inquest(self.recorder, call, witness, self._ends.get(id(call.site), 0))
            for source, measure in zip(call.flat, call.measures, strict=True):
                born = self.recorder.watch.births.find(source)
                if born is not None and measure.missing:
                    self.causes[born] = tuple(inquest.missing(born, source))
        self._ends[id(call.site)] = self.recorder.now


class Inquest:
    """The questions one gradient call raises, with what they share."""

    def __init__(self, recorder: Recorder, call: Call, witness: Witness, previous: int) -> None:
        self.recorder = recorder
        self.trace = recorder.trace
        self.call = call
        self.targets = [one for one in tf.nest.flatten(call.target) if isinstance(one, ops.EagerTensor)]
        self.end = recorder.now
        self.back = self.trace.backward(one._id for one in self.targets)
        self.question = Question(self.trace, self.back, self.end, previous, witness, _broken, self._dead)
        self._truth: dict[int, Any] | None = None

    def missing(self, born: Born, source: Any) -> Iterator[Cause]:
        """Why a variable got no gradient at all."""
        if (
            not (source.dtype.is_floating or source.dtype.is_complex)
            if hasattr(source.dtype, "is_floating")
            else False
        ):
            yield from self._at_birth(Kind.INTEGER_WEIGHT, born)
            return
        number = versions.handle(source)
        if number is None:
            return
        if not self.trace.reads(number, self.end):
            yield from self._at_birth(Kind.UNUSED_WEIGHT, born)
            return
        ends = self.question.why_none(number)
        for end in ends:
            yield self._cause(born, end)
        if not ends:
            yield from self._at_birth(Kind.UNEXPLAINED, born)

    def truth(self) -> dict[int, Any]:
        """The gradient of every intermediate value, asked of the tape itself."""
        if self._truth is None:
            wanted = {
                one._id: one
                for index in self.back
                for one in (self.trace.nodes[index].tensors or ((), ()))[1]
                if one.dtype.is_floating or one.dtype.is_complex
            }
            self._truth = dict(zip(wanted, self._gradient(list(wanted.values())), strict=True))
        return self._truth

    def _gradient(self, sources: Sequence[Any]) -> list[Any]:
        if not sources:
            return []
        try:
            return list(self.call.gradient(self.call.tape, self.targets, list(sources)))
        except Exception:
            return [None] * len(sources)

    def _dead(self, node: Node, cone: Collection[int]) -> bool:
        """Whether a custom gradient gave nothing to an input although its output had something to give."""
        assert node.custom is not None
        truth = self.truth()
        if all(truth.get(output) is None for output in node.outputs):
            return False
        return any(given in cone and truth.get(given) is None for given in node.custom.inputs)

    def _at_birth(self, kind: Kind, born: Born) -> Iterator[Cause]:
        if born.stack:
            at = place(born.stack[0])
            yield Cause(Cut(kind, at.location, at.code, at.where))

    def _cause(self, born: Born, end: End) -> Cause:
        stack = self._stack(end)
        at = place(stack[0])
        location = at.location
        if end.kind is Kind.CUSTOM_GRADIENT and end.node is not None:
            location = _returned(self.trace.nodes[end.node]) or location
        return Cause(Cut(end.kind, location, at.code, at.where, end.detail), tuple(self._trail(born, end)))

    def _stack(self, end: End) -> Stack:
        """The user's frames of an end; a captured value is cut where the variable was read."""
        if end.kind is Kind.CAPTURED and end.path:
            return self.trace.nodes[end.path[0]].stack or end.stack
        return end.stack

    def _trail(self, born: Born, end: End) -> Iterator[Step]:
        """The user's own lines from birth to cut."""
        last: Location | None = None
        if born.stack:
            last = place(born.stack[0]).location
            yield Step(last, "created")
        for number, index in enumerate(end.path[-_MOST_STEPS:]):
            node = self.trace.nodes[index]
            if not node.stack:
                continue
            location = place(node.stack[0]).location
            if last is None or (location.path, location.line) != (last.path, last.line):
                yield Step(
                    location, "read here" if number == 0 and node.op in READS else "flows through here"
                )
            last = location


def _witness(tape: Any) -> Witness | None:
    return getattr(tape, "_gradcheck", None)


def _broken(node: Node) -> tuple[Kind, str] | None:
    """What is wrong with an operation on its own: it cannot carry a gradient."""
    if node.op in READS:
        return None
    if node.op in WRITES:
        return Kind.ASSIGNED, node.op
    if node.custom is not None:
        return None
    if node.op == "StopGradient":
        return Kind.STOPPED, node.op
    if node.op in _DRAWS:
        return Kind.SAMPLED, node.op
    try:
        slope = ops._gradient_registry.lookup(node.op)
    except LookupError:
        return Kind.NO_GRADIENT, node.op
    if slope is None or node.op in _NEVER:
        return Kind.NO_GRADIENT, node.op
    if not node.floating:
        return (Kind.INTEGER_CAST if node.op == "Cast" else Kind.NO_GRADIENT), node.op
    return None


def _returned(node: Node) -> Location | None:
    """The `return` of the user's gradient function."""
    function = None if node.custom is None else _user_function(node.custom.backward)
    if function is None:
        return None
    code = function.__code__
    for instruction in reversed(list(dis.get_instructions(code))):
        if instruction.opname.startswith("RETURN"):
            return place(
                Frame(code, instruction.offset, code.co_filename, code.co_firstlineno, code.co_name)
            ).location
    return None


def _user_function(function: Any, depth: int = 3) -> Any:
    """The function that `tf.custom_gradient` wrapped, found in its closure."""
    for cell in getattr(function, "__closure__", None) or ():
        held = cell.cell_contents
        code = getattr(held, "__code__", None)
        if code is None:
            continue
        if "tensorflow" not in code.co_filename:
            return held
        if depth and (found := _user_function(held, depth - 1)) is not None:
            return found
    return None
