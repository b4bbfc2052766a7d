"""Values that are joined and taken apart again: which of the parts nothing comes back for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from gradcheck.probe.engine.explain.trace import HANDS_ON, Node, Trace

JOINS = frozenset({"ConcatV2", "Concat", "Pack"})
_TAKING = frozenset({"StridedSlice", "Slice", "Split", "SplitV", "Unpack", "GatherV2"})
_THROUGH = _TAKING | HANDS_ON | {"Transpose"}


def unanswered(
    trace: Trace, back: Collection[int], join: Node, alive: Callable[[int], bool]
) -> Iterator[int]:
    """The operations that take such a part out of what was joined here, on the way to the loss."""
    waiting, seen = list(join.outputs), set(join.outputs)
    while waiting:
        for index in trace.consumers.get(waiting.pop(), ()):
            node = trace.nodes[index]
            if index not in back or node.op not in _THROUGH:
                continue
            parts = [one for one in node.outputs if one not in seen]
            seen.update(parts)
            living = [one for one in parts if alive(one)]
            waiting.extend(living)
            if node.op in _TAKING and len(living) < len(parts):
                yield from _after(trace, back, node, set(parts) - set(living))


def stopped(trace: Trace, back: Collection[int], join: Node) -> Iterator[int]:
    """The operations that stop the gradient of what was joined here, on the way to the loss."""
    yield from (node.index for node, _ in _taken(trace, back, join) if node.op == "StopGradient")


def left_over(trace: Trace, back: Collection[int], join: Node) -> Iterator[int]:
    """The operations that take what was joined here apart, and of which a part is used by nobody."""
    for node, parts in _taken(trace, back, join):
        if node.op in _TAKING and any(not trace.consumers.get(one) for one in parts):
            yield node.index


def _taken(trace: Trace, back: Collection[int], join: Node) -> Iterator[tuple[Node, set[int]]]:
    """The operations on what was joined here, while it is moved about only, each with what it makes."""
    waiting, seen = list(join.outputs), set(join.outputs)
    while waiting:
        for index in trace.consumers.get(waiting.pop(), ()):
            node = trace.nodes[index]
            parts = set(node.outputs) - seen if index in back else set()
            seen |= parts
            waiting += parts if node.op in _THROUGH else ()
            if parts:
                yield node, parts


def _after(trace: Trace, back: Collection[int], node: Node, dead: set[int]) -> Iterator[int]:
    """The operation itself where all of it is dead, else those that use the dead parts."""
    if dead.issuperset(node.outputs):
        yield node.index
        return
    yield from (later for one in sorted(dead) for later in trace.consumers.get(one, ()) if later in back)
