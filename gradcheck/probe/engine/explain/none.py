"""Where the paths of a variable without a gradient end. Asks the trace only; knows no TensorFlow."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from gradcheck.probe.engine.explain.derivatives import lost_at
from gradcheck.probe.engine.explain.ends import End, Tape, distinct, kind_of, made_once
from gradcheck.probe.engine.explain.handed import LayerCall
from gradcheck.probe.engine.explain.trace import FACTS, READS, TAKEN, WRITES, Node, Trace
from gradcheck.probe.engine.explain.unused import Unused
from gradcheck.probe.engine.watch.expressions import calls, in_one_loop, remembered
from gradcheck.probe.engine.watch.frames import Stack, place
from gradcheck.report.accounts import REMEMBERED, STATISTIC, STATISTICS
from gradcheck.report.kinds import Kind


@dataclass(frozen=True)
class Question:
    """One gradient call: the operations before `end`, those in `back` flow into the target.

    `broken` says what is wrong with an operation on its own; `dead` whether one of its inputs got nothing
    although what it made did; `previous` is where the step before ended.
    """

    trace: Trace
    back: Collection[int]
    end: int
    previous: int
    tape: Tape
    broken: Callable[[Node], tuple[Kind, str] | None]
    dead: Callable[[Node, Collection[int]], bool]

    def why_none(self, variable: int) -> list[End]:
        """Every distinct end of the paths from a variable, the most telling first."""
        reads = self.trace.reads(variable, self.end)
        if not reads:
            return []
        cone = self.trace.forward(reads, self.end)
        both = cone & set(self.back)
        live = [index for index in reads if self.tape.recorded(index)]
        if both and not (
            live and both.isdisjoint(self.trace.forward(live, self.end)) and self._dropped(live)
        ):
            ends = self._cuts(reads, cone, both)
            if ends or any(self.trace.nodes[index].op not in FACTS for index in both):
                return ends
        since = self.tape.first if live and self._dropped(live) else 0
        # A metric is kept beside many a loss; it is a cut only where nothing else is.
        for metrics in (False, True):
            used = self.trace.forward(reads, self.end, metrics=metrics)
            if ends := self.unused.ends(used, reads, since):
                return ends
        return []

    @property
    def unused(self) -> Unused:
        """The same, of values that never reach the loss."""
        return Unused(self.trace, self.back, self.end, self.previous, self.tape)

    # The value reaches the loss, the gradient does not ---

    def _cuts(self, reads: list[int], cone: Collection[int], both: set[int]) -> list[End]:
        live = [index for index in reads if self.tape.recorded(index) and index in both]
        past = [index for index in reads if not self.tape.recorded(index) and index in both]
        for seeds in (live, past):
            if seeds and (ends := list(distinct(self._walk(seeds, cone, both)))):
                return [end for end in ends if self._mends(end, cone, both)] or ends
        return list(distinct(self._shapes(both)))

    def _mends(self, end: End, cone: Collection[int], both: set[int]) -> bool:
        """Whether a gradient would come through if this end alone were none: where several paths go through
        another one after it, that one is to blame.
        """
        waiting = [end.node] if end.node is not None else []
        seen = set(waiting)
        while waiting:
            later = [one for one in self.trace.following(waiting.pop()) if one in both]
            if not later:
                return True
            open_ = [one for one in later if one not in seen and self._open(one, cone)]
            seen.update(open_)
            waiting.extend(open_)
        return False

    def _open(self, index: int, cone: Collection[int]) -> bool:
        node = self.trace.nodes[index]
        if node.op in FACTS or node.stopped:
            return False
        if not node.recorded and node.custom is None and self.broken(node) is None:
            return self.tape.recorded(index)  # Nothing that is watched came in: that is the cut's own doing.
        return self._end(node, cone, (index,)) is None

    def onward(self, seeds: Sequence[int]) -> list[End]:
        """Every distinct end of the paths from these operations on."""
        cone = self.trace.forward(seeds, self.end)
        return list(distinct(self._walk(list(seeds), cone, cone & set(self.back))))

    def _shapes(self, both: Iterable[int]) -> Iterator[End]:
        """Operations that look at a value's shape only: a layer that answers with constants whatever comes
        in.
        """
        for index in sorted(both):
            node = self.trace.nodes[index]
            if node.op in FACTS and node.floating and node.op.endswith("Like"):
                variant = STATISTIC if _is_statistic(node.stack) else "shape"
                yield End(Kind.CONSTANT_OUTPUT, node.stack, node.op, (index,), index, variant=variant)

    def _walk(self, seeds: list[int], cone: Collection[int], both: set[int]) -> Iterator[End]:
        parents: dict[int, int | None] = dict.fromkeys(seeds)
        waiting = list(seeds)
        found: list[End] = []
        while waiting:
            index = waiting.pop(0)
            node = self.trace.nodes[index]
            if node.op in FACTS:
                continue
            if (end := self._end(node, cone, _path(parents, index))) is not None:
                found.append(end)
                continue
            for later in self.trace.following(index):
                if later in both and later not in parents and later > index:
                    parents[later] = index
                    waiting.append(later)
        carrying = parents.keys() - {end.node for end in found}
        alone = [end for end in found if not self._joins(end, carrying, both)] or found
        meant = [end for end in alone if end.kind is not Kind.STOPPED] or alone
        yield from sorted(meant, key=lambda end: end.node or 0)

    def _joins(self, end: End, carrying: Collection[int], both: set[int]) -> bool:
        """Whether all that is made of what a cut leaves meets a value that still carries the gradient: an
        index into the weight itself, a factor of it.
        """
        waiting = [] if end.node is None else [end.node]
        seen = set(waiting)
        while waiting:
            later = {one for one in self.trace.following(waiting.pop()) if one in both}
            if not later:
                return False
            waiting += later - seen - set(carrying)
            seen |= later
        return end.node is not None

    def _end(self, node: Node, cone: Collection[int], path: tuple[int, ...]) -> End | None:
        broken = self.broken(node)
        if broken is not None:
            kind, detail = broken
            if kind is Kind.ASSIGNED and self._initial(node):
                kind = Kind.REWRAPPED
            return End(kind_of(kind, node, self.tape), node.stack, detail, path, node.index)
        if not self.tape.recorded(node.index) or node.stopped or node.op == TAKEN:
            return self._unseen(node, path)
        if node.op in READS and not node.recorded:
            variant = "told" if self.tape.alone else ""
            return End(Kind.NOT_WATCHED, self.tape.stack, "", path, node.index, variant=variant)
        if node.custom is not None and self.dead(node, cone):
            return End(Kind.CUSTOM_GRADIENT, node.custom.stack, "", path, node.index)
        if node.custom is None and node.op not in READS and (not node.recorded or self.dead(node, cone)):
            variant = "argument" if node.recorded else ""
            return End(Kind.NO_GRADIENT, node.stack, node.op, path, node.index, variant=variant)
        if self._only_places(node):
            return End(Kind.NO_GRADIENT, node.stack, node.op, path, node.index, variant="places")
        return None

    def _only_places(self, node: Node) -> bool:
        """Whether of an operation that gives values and their places (a sort, a top k) only the places are
        used.
        """
        used = [
            tensor
            for number, tensor in zip(node.outputs, node.made, strict=False)
            if any(later in self.back for later in self.trace.consumers.get(number, ()))
        ]
        return len(node.made) > 1 and bool(used) and not any(_floats(tensor) for tensor in used)

    def _unseen(self, node: Node, path: tuple[int, ...]) -> End:
        """An operation that no tape recorded: made once and kept, or run at the wrong moment."""
        if node.doing == "sample" and self.tape.recorded(node.index):
            return End(Kind.SAMPLED, node.stack, node.op, path, node.index)
        if self._is_read_to_stop(node):
            return End(Kind.STOPPED, node.stack, "", path, node.index)
        if path[0] in self.trace.arguments:
            return End(Kind.CAPTURED_BY_OBJECT, node.stack, "", path, node.index)
        if called := self._called(node):
            variant = REMEMBERED if remembered(place(called[0])) else ""
            return End(Kind.OUTSIDE_TAPE, called, node.op, path, node.index, variant=variant)
        if (made := self._made_before) is not None:
            return End(Kind.OUTSIDE_TAPE, made.stack, made.op, path, made.index)
        if beside := self._beside(node):
            return End(Kind.OUTSIDE_TAPE, beside, node.op, path, node.index)
        earlier = node.index < self.previous
        if not self.tape.recorded(node.index) and (earlier or made_once(node.stack)):
            again = not made_once(node.stack) and _in_a_function(node.stack)
            return End(Kind.CAPTURED, node.stack, "", path, node.index, variant="earlier" if again else "")
        return End(Kind.OUTSIDE_TAPE, node.stack, node.op, path, node.index)

    def _is_read_to_stop(self, node: Node) -> bool:
        """Whether `tf.stop_gradient` reads a variable itself, which no tape sees either."""
        later = [self.trace.nodes[index] for index in self.trace.following(node.index)]
        return node.op in READS and any(one.op == "StopGradient" and one.stack == node.stack for one in later)

    def _called(self, node: Node) -> Stack:
        """The line that called the outermost layer around an operation which no tape saw, if what that call
        gives is used, and the layer makes no part of itself there."""
        calls = [one for one in self.trace.calls.around(node.index) if not self.tape.recorded(one.start)]
        outermost = next((one for one in reversed(calls) if one.stack), None)
        if outermost is None or node.recorded or not self._uses(outermost):
            return ()
        inside = tuple(takewhile(lambda frame: frame not in outermost.stack, node.stack))
        return () if made_once(inside) else outermost.stack

    @property
    def _made_before(self) -> Node | None:
        """The operation that made the target, where no tape has seen anything of what it is computed from."""
        if any(self.trace.nodes[index].recorded or self.tape.recorded(index) for index in self.back):
            return None
        last = self.trace.nodes[max(self.back)]
        return last if last.stack else None

    def _beside(self, node: Node) -> Stack:
        """The line that called a function of the user's, in the same function as the tape and in a loop
        around both: it makes anew, each time, what no tape sees."""
        tape = self.tape.stack[:1]
        at = next((at for at, one in enumerate(node.stack) if tape and one.code is tape[0].code), 0)
        if not at or made_once(node.stack[:at]):
            return ()
        again = in_one_loop(place(node.stack[at]), place(tape[0]))
        return node.stack[at:] if again else ()

    def _uses(self, call: LayerCall) -> bool:
        """Whether the loss is made of what a layer gave."""
        consumers = (self.trace.consumers.get(tensor, ()) for tensor in call.made)
        return any(later in self.back for some in consumers for later in some)

    def _initial(self, node: Node) -> bool:
        """Whether a write is the one that gives a new variable its first value."""
        users = self.trace.consumers.get(node.inputs[0], ())
        return (
            min((user for user in users if self.trace.nodes[user].op in READS | WRITES), default=-1)
            == node.index
        )

    def _dropped(self, live: list[int]) -> bool:
        """Whether a value computed under the tape was dropped: what was read before is another story."""
        return any(self.trace.nodes[index].recorded for index in live) and not made_once(
            self.trace.nodes[live[0]].stack
        )


def derived(trace: Trace, end: End) -> End:
    """An end; at a derivative that the tape knew no way to, the reason for that is to blame."""
    lost = lost_at(trace, end.stack)
    return end if lost is None else End(*lost)


def _floats(tensor: Any) -> bool:
    return bool(tensor.dtype.is_floating or tensor.dtype.is_complex)


def _path(parents: dict[int, int | None], index: int) -> tuple[int, ...]:
    path: list[int] = []
    here: int | None = index
    while here is not None:
        path.append(here)
        here = parents[here]
    return tuple(reversed(path))


def _is_statistic(stack: Stack) -> bool:
    """Whether somebody asks for the mean or the spread of an object here."""
    at = place(stack[0]) if stack else None
    return at is not None and calls(at, *STATISTICS)


def _in_a_function(stack: Stack) -> bool:
    """Whether a function, not the module itself, runs here."""
    return bool(stack) and stack[0].names[-1:] != ("<module>",)
