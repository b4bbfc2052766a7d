"""From the end of a path to a cause in the user's own file: the exact expression, and the trail that leads
there.
"""

from __future__ import annotations

import dis
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import CodeType
from typing import Any

from gradcheck.base.exchanged_arguments import EXCHANGED
from gradcheck.base.straight_through import THROUGH
from gradcheck.probe.engine.explain.copies import Copies
from gradcheck.probe.engine.explain.ends import End, made_once
from gradcheck.probe.engine.explain.factors import HANDED_IN, UNSET
from gradcheck.probe.engine.explain.partial import Terms
from gradcheck.probe.engine.explain.trace import READS, Node, Trace
from gradcheck.probe.engine.explain.writers import kept_from_writing
from gradcheck.probe.engine.watch import expressions, moves
from gradcheck.probe.engine.watch.births import Born
from gradcheck.probe.engine.watch.frames import Frame, Place, Stack, place
from gradcheck.probe.engine.watch.gradient_calls import Site
from gradcheck.probe.engine.watch.watch import Watch
from gradcheck.report.accounts import BEHIND_TEST, QUOTIENT, SPOILT, ZEROS
from gradcheck.report.finding import Cut, Location, Step
from gradcheck.report.kinds import OF_OPERATIONS, Kind
from gradcheck.report.verdict import Cause

_MOST_STEPS = 6
_MOMENTS = frozenset(
    {Kind.OUTSIDE_TAPE, Kind.CAPTURED, Kind.NOT_WATCHED, Kind.NUMPY, Kind.PYTHON_NUMBER, Kind.PREDICT}
)
"""Kinds that are about when a line runs, not about what the operation is."""
_QUOTIENTS = frozenset({"RealDiv", "Div", "Xdivy", "Xlogy"})
"""Operations that are infinite where the second value that they are given is zero."""
_ACTIVATIONS = frozenset({Kind.SATURATED, Kind.CONSTANT_OUTPUT, Kind.ZERO_SLOPE})


class Pointer:
    """Points at source. `loss` is where the value was computed whose gradient was asked for."""

    def __init__(self, watch: Watch, trace: Trace, loss: Stack = (), copies: Copies | None = None) -> None:
        self.watch = watch
        self.trace = trace
        self.loss = loss
        self.copies = copies

    def cause(self, born: Born, end: End, model: Any = None) -> Cause | None:
        """The cause that a path's end stands for; None when no line of the user's is known."""
        at = self._point(born, end, model)
        if at is None:
            return None
        if (parameter := _exchanged(end)) is not None:
            if end.kind in SPOILT | ZEROS:
                return self._arriving(born, end, at, parameter)
            at, end = parameter, replace(end, kind=Kind.NOT_IN_LOSS, variant=EXCHANGED)
        elif (part := self._part_unused(end)) is not None:
            at, end = part, replace(end, kind=Kind.DEAD_VALUE, variant="part")
        elif end.variant == UNSET and (test := kept_from_writing(self.watch, end.stack)) is not None:
            at, end = test, replace(end, variant=BEHIND_TEST, detail=at.code)
        elif _left_out(end):
            at, end = self._of_copy(born, end, at) or (
                at,
                replace(end, variant=self._words_for(end, at, model)),
            )
        elif end.kind is Kind.STOPPED and (flag := expressions.keyword(at, "back_prop")) is not None:
            at, end = flag, replace(end, variant="flag")
        elif end.kind is Kind.STOPPED and (call := expressions.exchanged_call(end.stack)) is not None:
            at, end = call, replace(end, variant=EXCHANGED)
        elif end.kind is Kind.STOPPED and expressions.passes_by_estimator(at):
            end = replace(end, variant=THROUGH)
        elif _is_dead(end) and (over := expressions.overwriting(at)) is not None:
            at, end = over, replace(end, variant="overwritten")
        elif _is_dead(end) and self._used_before(end):
            end = replace(end, variant="last")
        return Cause(_cut(end, at), tuple(self._trail(born, end)))

    def _arriving(self, born: Born, end: End, at: Place, parameter: Place) -> Cause:
        """The cause where a gradient arrives and is of no use, in a loss whose parameters are exchanged. They
        are to blame for what is infinite whatever the prediction is.
        """
        trail = tuple(self._trail(born, end))
        if end.kind not in SPOILT or end.variant not in ("", QUOTIENT) or not self._is_of_data(end):
            return Cause(_cut(end, at), trail)
        handed = Step(parameter.location, "Keras hands in the labels here")
        return Cause(_cut(replace(end, variant=EXCHANGED), at), (*trail, handed))

    def _is_of_data(self, end: End) -> bool:
        """Whether no variable is in what an operation takes the logarithm of, or divides by."""
        node = None if end.node is None else self.trace.nodes[end.node]
        if node is None or not node.inputs:
            return False
        operand = node.inputs[-1] if node.op in _QUOTIENTS else node.inputs[0]
        return all(self.trace.nodes[one].op not in READS for one in self.trace.backward([operand]))

    def diverging(self, born: Born) -> Iterator[Cause]:
        """The learning rate whose steps have thrown a variable off."""
        if self.watch.gradients.moves.thrown_off(born):
            at = moves.rate_of(self.watch.gradients.updates, born)
            if at is not None:
                yield Cause(Cut(Kind.INFINITE_SLOPE, at.location, at.code, at.where, variant="diverges"))

    def parts(
        self, terms: Terms, numbers: Mapping[int, Born], site: Site
    ) -> Iterator[tuple[Born, tuple[Cause, ...]]]:
        """The variables that a part of the loss does not reach, each with the causes."""
        found: dict[Born, list[Cause]] = {}
        for number, end in terms.lost():
            cause = self.cause(numbers[number], end)
            # A loss that takes labels for predictions is told of the head that it is for.
            if cause is not None and cause.cut.variant != EXCHANGED:
                found.setdefault(numbers[number], []).append(cause)
        penalties = self.watch.gradients.penalties
        if site.own and not penalties.read:
            for number in terms.behind(penalties.numbers()):
                found.setdefault(numbers[number], []).extend(
                    self.at(Kind.LOSSES_IGNORED, self.loss or site.stack)
                )
        yield from ((born, tuple(causes)) for born, causes in found.items())

    def at(self, kind: Kind, stack: Stack, variant: str = "") -> Iterator[Cause]:
        """A cause at the innermost of these frames."""
        if stack:
            at = place(stack[0])
            yield Cause(Cut(kind, at.location, at.code, at.where, variant=variant))

    def at_birth(self, kind: Kind, born: Born) -> Iterator[Cause]:
        """The line that created a variable is to blame, or is all that is known."""
        yield from self.at(kind, self.watch.births.factory(born))

    def _point(self, born: Born, end: End, model: Any) -> Place | None:
        if end.given is not None and end.variant == "kept":
            return _last_return(end.given.code)
        if end.given is not None:
            return expressions.parameter(end.given.code, end.given.parameter, end.given.path)
        if end.variant == HANDED_IN:
            return _of_data(end)
        node = None if end.node is None else self.trace.nodes[end.node]
        if end.kind is Kind.CAPTURED_BY_OBJECT:
            return self.trace.arguments[end.path[0]]
        if end.kind is Kind.CAPTURED and end.path:
            return self._read(born, end)
        if end.kind is Kind.CUSTOM_GRADIENT and node is not None and (found := _returned(node)) is not None:
            return found
        if _left_out(end) and (found := self._within_loss(end) or self._of_loss(model)) is not None:
            return found
        if node is not None and node.layer is not None and end.kind not in _MOMENTS:
            return self._of_layer(node, end)
        at = self._chosen_at(end)
        if at is not None and expressions.calls(at, *expressions.FITS):
            return self._compiled(end, model) or at
        if at is not None and end.variant == QUOTIENT:
            return expressions.quotient(at) or at
        return at

    def _of_copy(self, born: Born, end: End, at: Place) -> tuple[Place, End] | None:
        """The term that was copied and not changed, so that none is computed from what is left out."""
        in_layer = end.node is not None and any(self.trace.calls.around(end.node))
        told = at == self._within_loss(end) and not in_layer
        copy = None if self.copies is None or told else self.copies.of(tuple(_called(born)))
        if copy is None:
            return None
        return copy.place, replace(end, variant="copied" if copy.like else "twice", detail=copy.like)

    def _part_unused(self, end: End) -> Place | None:
        """Where a layer of a functional model was applied, if the loss uses some of the values that it
        returns, and none of those that a path ended in.
        """
        if not _left_out(end) or end.node is None or self.copies is None:
            return None
        for call in self.trace.calls.around(end.node):
            stack = self.watch.calls.applied.get(call.layer)
            users = [self.trace.consumers.get(one, ()) for one in call.made]
            if stack and len(users) > 1 and any(one in self.copies.back for some in users for one in some):
                return place(stack[0])
        return None

    def _used_before(self, end: End) -> bool:
        """Whether the loss uses what the line made that a path ends at, when it ran another time."""
        back = self.copies.back if self.copies is not None else ()
        stacks = (self.trace.nodes[index].stack for index in back)
        return bool(end.stack) and any(stack[:1] == end.stack[:1] for stack in stacks)

    def _words_for(self, end: End, at: Place, model: Any) -> str:
        """Which of the ways to leave something out it is."""
        if at == self._within_loss(end):
            return "library"
        return "loss" if at == self._of_loss(model) else end.variant

    def _within_loss(self, end: End) -> Place | None:
        """The user's line whose call does not use what it was given, in what the loss itself calls."""
        node = None if end.node is None else self.trace.nodes[end.node]
        if node is None or node.layer is not None or not self.loss:
            return None
        called = len(seen_by(self.loss, end.stack)) < len(end.stack)
        return place(end.stack[0]) if called else None

    def _chosen_at(self, end: End) -> Place | None:
        """The innermost line, or the one that chose the operation which a helper was given to call."""
        if not end.stack:
            return None
        return expressions.chosen_at(end.stack) if end.kind in OF_OPERATIONS else place(end.stack[0])

    def _of_loss(self, model: Any) -> Place | None:
        """Where the loss is chosen: in `compile`, unless the program computes its own."""
        stack = self.watch.calls.compiled.get(id(model))
        compiled = place(stack[0]) if stack else None
        if compiled is not None and (given := expressions.keyword(compiled, "loss")) is not None:
            return given
        return place(self.loss[0]) if self.loss else compiled

    def _compiled(self, end: End, model: Any) -> Place | None:
        """What a model's own loop computes was chosen in `compile`."""
        stack = self.watch.calls.compiled.get(id(model))
        words = ("loss_weights",) if end.variant == "number" else ("loss",)
        compiled = place(stack[0]) if stack else None
        return compiled and (expressions.keyword(compiled, *words) or compiled)

    def _read(self, born: Born, end: End) -> Place | None:
        """Where a value that is kept was computed: the expression that read the variable."""
        stack = _for_its_own_file(born, self.trace.nodes[end.path[0]].stack or end.stack)
        if not stack:
            return None
        at = place(stack[0])
        birth = place(born.stack[0]).location if born.stack else None
        inline = birth is not None and birth != at.location and expressions.encloses(at.location, birth)
        return expressions.statement(at) if inline else at

    def _of_layer(self, node: Node, end: End) -> Place | None:
        """Inside a library layer: the line that applied or made it, and the activation if that is what it
        was.
        """
        made, applied = self.watch.births.made(node.layer), self.watch.calls.applied.get(id(node.layer), ())
        words: tuple[str, ...] = ("activation",) if end.kind in _ACTIVATIONS else ()
        if end.variant == "overflow":
            words = ("activation", "recurrent_initializer", "kernel_initializer")
        if made and words and (found := expressions.keyword(place(made[0]), *words)) is not None:
            return found
        stack = applied or node.stack
        return place(stack[0]) if stack else None

    def _trail(self, born: Born, end: End) -> Iterator[Step]:
        """The user's own lines from birth to cut."""
        last: Location | None = None
        if born.stack:
            last = place(born.stack[0]).location
            yield Step(last, "created")
        for index in end.path[-_MOST_STEPS:]:
            node = self.trace.nodes[index]
            stack = self._stack(node)
            if not stack:
                continue
            location = place(stack[0]).location
            if last is None or (location.path, location.line) != (last.path, last.line):
                yield Step(location, "read here" if node.op in READS else "flows through here")
            last = location

    def _stack(self, node: Node) -> Stack:
        return (
            self.watch.calls.applied.get(id(node.layer), node.stack) if node.layer is not None else node.stack
        )


def computed(trace: Trace, targets: Sequence[int], asker: Stack) -> Stack:
    """Where the last of these targets was computed, as the function sees it that asks for its gradient."""
    made = [trace.producer[one] for one in targets if one in trace.producer]
    return seen_by(asker, trace.nodes[made[-1]].stack if made else ())


def seen_by(asker: Stack, stack: Stack) -> Stack:
    """A stack without the frames inside the function that asks."""
    holder = (asker[0].file, asker[0].function) if asker else None
    within = (at for at, frame in enumerate(stack) if (frame.file, frame.function) == holder)
    return stack[next(within, 0) :]


def _of_data(end: End) -> Place | None:
    """Where data comes in: of a loss that is multiplied by it, the weights that `fit` is given."""
    at = place(end.stack[0]) if end.stack else None
    if at is None or end.kind not in ZEROS or not expressions.calls(at, *expressions.FITS):
        return at
    return expressions.keyword(at, "sample_weight", "class_weight") or at


def _left_out(end: End) -> bool:
    """Whether it is the loss that leaves something out, and no derivative that it is computed from."""
    return end.kind is Kind.NOT_IN_LOSS and end.variant != "derivative"


def _called(born: Born) -> Iterator[str]:
    """What a variable's layer is called: by Keras, and by the line that makes it."""
    facts = born.describe()
    yield facts.name if facts is not None else ""
    made = expressions.statement(place(born.stack[0])).code if born.stack else ""
    yield made.partition("=")[0] if " = " in made else ""


def _for_its_own_file(born: Born, stack: Stack) -> Stack:
    """A stack from where the file that makes a weight calls another file's function, in what runs once."""
    own = born.stack[0].file if born.stack else ""
    at = next((at for at, frame in enumerate(stack) if frame.file == own), 0)
    return stack[at:] if made_once(stack[at : at + 1]) else stack


def _is_dead(end: End) -> bool:
    """Whether it is a value that nothing reads, and nothing more is known of it."""
    return end.kind is Kind.DEAD_VALUE and not end.variant and end.given is None


def _exchanged(end: End) -> Place | None:
    """The first parameter of the loss that a path ends in, if it is called the prediction, and the second one
    the labels."""
    for frame, caller in zip(end.stack, (*end.stack[1:], None), strict=False):
        if caller is None or expressions.calls(place(caller), *expressions.FITS):
            return expressions.exchanged_parameters(place(frame))
    return None


def _cut(end: End, at: Place) -> Cut:
    if end.given is None or end.variant:
        return Cut(end.kind, at.location, at.code, at.where, end.detail, variant=end.variant)
    if (test := expressions.guard_of_name(end.given.code, at.code)) is not None:
        return Cut(end.kind, test.location, test.code, test.where, at.code, variant="test")
    return Cut(end.kind, at.location, at.code, at.where, end.detail, variant="argument")


def _returned(node: Node) -> Place | None:
    """The `return` of the user's gradient function."""
    function = None if node.custom is None else _user_function(node.custom.backward)
    return None if function is None else _last_return(function.__code__)


def _last_return(code: CodeType) -> Place | None:
    for found in reversed(list(dis.get_instructions(code))):
        if found.opname.startswith("RETURN"):
            return place(Frame(code, found.offset, code.co_filename, code.co_firstlineno, code.co_name))
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
