"""What makes a factor zero: an operation, a variable that nobody sets, a state that is never replaced."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from gradcheck.probe.engine.explain.none import End
from gradcheck.probe.engine.explain.trace import HANDS_ON, READS, Node, Trace
from gradcheck.probe.engine.watch.births import Born
from gradcheck.probe.engine.watch.frames import Stack
from gradcheck.report.kinds import Kind

_PASSING = HANDS_ON | {"BroadcastTo", "MatMul", "Mul", "Pack", "StridedSlice", "Tile", "Transpose"}
"""Operations that answer with zeros because they are handed zeros."""

WhichBorn = Callable[[int], Born | None]
"""What is known of a variable by the number of its resource."""


def multiplied(trace: Trace, node: Node, factor: Any, which: WhichBorn) -> End:
    """The end of a path in a product with zeros: named where those come from, if that is known."""
    end = End(Kind.ZERO_PRODUCT, node.stack, node.op, (node.index,), node.index)
    if stack := _all_at_zero(trace, node, which):
        return replace(end, stack=stack, node=None, variant="both")
    chain = list(_chain(trace, factor))
    if (given := next(filter(None, (trace.calls.keeper(one) for one in chain)), None)) is not None:
        return replace(end, given=given, variant="kept")
    if hasattr(node.layer, "cell"):
        return replace(end, variant="state")
    made = trace.producer.get(chain[-1])
    if made is None:
        return replace(end, variant="number" if chain[-1] == factor._id else "")
    origin = trace.nodes[made]
    if origin.op in READS:
        stack = _unset(which(origin.inputs[0]))
        return replace(end, stack=stack, node=None, variant="unset") if stack else end
    if not origin.tensors or not origin.stack or _line(origin) == _line(node):
        return end
    return replace(end, stack=origin.stack, detail=origin.op, node=origin.index, variant="factor")


def _all_at_zero(trace: Trace, node: Node, which: WhichBorn) -> Stack:
    """Where the first of the factors was made, if all of them are weights that began at zero: none of them
    can move.
    """
    given = node.tensors[0] if node.tensors else ()
    factors = [which(number) for number in (_read(trace, one) for one in given) if number is not None]
    known = [one for one in factors if one is not None and one.trainable and not one.assigned and one.stack]
    if len(given) < 2 or len(known) < len(given) or len(set(known)) < 2:
        return ()
    return min(known, key=lambda one: one.order).stack


def _read(trace: Trace, factor: Any) -> int | None:
    """The variable that a factor of zeros comes from by nothing but zeros."""
    made = trace.producer.get(began(trace, factor)) if _zero(factor) else None
    origin = None if made is None else trace.nodes[made]
    return origin.inputs[0] if origin is not None and origin.op in READS else None


def _unset(born: Born | None) -> Stack:
    """Where a variable was made that does not train and that the program never wrote to."""
    return () if born is None or born.trainable or born.assigned else born.stack


def began(trace: Trace, factor: Any) -> int:
    """The tensor in which these zeros began."""
    return list(_chain(trace, factor))[-1]


def _chain(trace: Trace, factor: Any) -> Iterator[int]:
    """The tensors that these zeros were handed on by, back to where they began."""
    tensor = factor
    while tensor is not None:
        yield tensor._id
        made = trace.producer.get(tensor._id)
        node = None if made is None else trace.nodes[made]
        tensor = None if node is None else next(filter(_zero, _handing_on(node)), None)


def _handing_on(node: Node) -> Sequence[Any]:
    """What an operation hands on: the factors of a product, the last first; else its first input, without
    what says how.
    """
    given = node.tensors[0] if node.tensors and node.op in _PASSING else ()
    return given[::-1] if node.op in ("Mul", "MatMul") else given[:1]


def _zero(tensor: Any) -> bool:
    return not np.asarray(tensor._numpy()).any()


def _line(node: Node) -> tuple[str, int] | None:
    return (node.stack[0].file, node.stack[0].line) if node.stack else None
