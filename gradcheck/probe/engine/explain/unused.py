"""Where a value that never reaches the loss went: to Python's own numbers, into a derivative, or nowhere."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from gradcheck.probe.engine.explain.bridges import kept, shown
from gradcheck.probe.engine.explain.derivatives import taken_of
from gradcheck.probe.engine.explain.ends import End, Tape, distinct, kind_of, made_once
from gradcheck.probe.engine.explain.handed import Given, LayerCall
from gradcheck.probe.engine.explain.trace import FACTS, WRITES, Entry, Escape, Node, Trace
from gradcheck.report.kinds import Kind

_FORWARD = frozenset({"call", "__call__", "forward"})
_LISTS = frozenset({"TensorListSetItem", "TensorListPushBack", "TensorArrayWriteV3"})
_PASSED_ON = frozenset({"Cast", "Identity"})
"""Operations that a layer runs on what it is handed before its own `call` sees it."""
_NUMBERS = frozenset({"float", "int", "index", "bool"})
_STATE = re.compile(r"state|hidden|carry|memory|initial|^[hc]$", re.IGNORECASE)
"""What a parameter is called that takes the state of another recurrent layer."""


@dataclass(frozen=True)
class Unused:
    """Asks of one gradient call: the operations before `end`, those in `back` flow into the target;
    `previous` is where the step before ended.
    """

    trace: Trace
    back: Collection[int]
    end: int
    previous: int
    tape: Tape

    def ends(self, used: Collection[int], reads: list[int], since: int) -> list[End]:
        """What became of what was computed from a variable that is read here, the most telling first."""
        return self._exits(used, since) or self._derived(used) or self._leaves(reads, used)

    def _exits(self, cone: Collection[int], since: int) -> list[End]:
        """Where it left TensorFlow, when something of Python's or NumPy's feeds the loss later on."""
        made = self.trace.made_by(cone)
        left = [
            one
            for one in self.trace.escapes
            if one.tensor in made and one.stack and since <= one.at <= self.end and not shown(one)
        ]
        entries = self._entries()
        moments = [entry.at for entry in entries] + [at for at in self.trace.raw if at in self.back]
        if moments or self.back:  # Of a loss that is a plain constant nothing is known.
            left = [one for one in left if any(at >= one.at for at in moments)]
        left = [one for one in left if any(kept(one, entry) for entry in entries)] or left
        now = [one for one in left if one.at > max(self.previous, 0)] or left
        serious = [one for one in now if one.how != "bool"] or now
        return list(distinct(self.left(one) for one in serious))

    def left(self, escape: Escape) -> End:
        """The end of a path at a value that was handed to Python."""
        node = self.trace.producer.get(escape.tensor)
        path = () if node is None else (node,)
        if escape.doing == "predict":
            kind = Kind.PREDICT
        elif escape.doing == "metric":
            kind = Kind.METRIC
        elif made_once(escape.stack):
            kind = Kind.CAPTURED
        else:
            kind = Kind.PYTHON_NUMBER if escape.how in _NUMBERS else Kind.NUMPY
        return End(kind, escape.stack, escape.how, path, node)

    def _entries(self) -> list[Entry]:
        """Values of Python's or NumPy's that came into what feeds the loss."""
        return [
            entry
            for index in self.back
            for given in self.trace.nodes[index].inputs
            if (entry := self.trace.entries.get(given)) is not None
        ]

    def _derived(self, cone: Collection[int]) -> list[End]:
        """The derivative that the loss is computed from, of a value that this one flows into: it does not
        depend on it, or the tape did not watch what it was asked for.
        """
        for one in taken_of(self.trace, self.trace.made_by(cone), self.back):
            if one.lost:
                return [End(*one.lost)]
            return [End(Kind.NOT_IN_LOSS, one.stack, variant="derivative")]
        return []

    def _leaves(self, reads: list[int], cone: Collection[int]) -> list[End]:
        """The last operations its value went into, which nothing used."""
        live = [index for index in reads if self.tape.recorded(index)]
        area = (self.trace.forward(live, self.end) & set(cone) if live else None) or cone
        area = {index for index in area if self.trace.nodes[index].op not in FACTS} or area
        leaves = [
            index for index in sorted(area) if not any(later in area for later in self.trace.following(index))
        ]
        if (ignored := self._ignored(area)) is not None:
            return [ignored]
        return [self._wasted(self.trace.nodes[leaves[-1]])] if leaves else []

    def _ignored(self, area: Collection[int]) -> End | None:
        """A value of these that a user's layer was handed and did nothing with: that says more than what a
        library computed beside it.
        """
        for call, tensor, given in self.trace.calls.handed(self.trace.made_by(area)):
            if not any(call.holds(index) for index in self.trace.consumers.get(tensor, ())):
                node = self.trace.nodes[self.trace.producer[tensor]]
                return self._left_alone(call, given, node)
        return None

    def _left_alone(self, call: LayerCall, given: Given, node: Node) -> End:
        anew = self.trace.calls.starting_anew(call) if _STATE.search(given.parameter) else None
        if anew is not None:
            return End(Kind.DEAD_VALUE, anew.stack, given.parameter, (node.index,), variant="state")
        return End(Kind.DEAD_VALUE, node.stack, node.op, (node.index,), node.index, given)

    def _wasted(self, node: Node) -> End:
        """What to call a value that nothing uses: where it stays says whose it was."""
        if node.op in WRITES | _LISTS:
            kind = Kind.ASSIGNED if node.op in WRITES else Kind.DISCARDED_WRITE
            return End(kind_of(kind, node, self.tape), node.stack, node.op, (node.index,), node.index)
        tensors = {*node.outputs, *(node.inputs if node.op in _PASSED_ON else ())}
        handed = self.trace.calls.last(tensors)
        if handed is not None and (given := _first_given(handed, tensors)) is not None:
            return self._left_alone(handed, given, node)
        returned, holder = self.trace.calls.returned(node.index, tensors)
        at = next((at for at, frame in enumerate(node.stack) if frame.code is holder), 0) if holder else 0
        stack = node.stack[at:]
        inside = not returned and any(frame.function in _FORWARD for frame in stack[:1])
        kind = kind_of(Kind.DEAD_VALUE if inside else Kind.NOT_IN_LOSS, node, self.tape)
        return End(kind, stack, node.op, (node.index,), node.index if kind is not Kind.DEAD_VALUE else None)


def _first_given(call: LayerCall, tensors: Iterable[int]) -> Given | None:
    return next((found for one in tensors if (found := call.given.get(one)) is not None), None)
