"""What makes a factor zero: an operation, a variable that nobody sets, a state that is never replaced."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from gradcheck.probe.engine.explain.none import End
from gradcheck.probe.engine.explain.trace import HANDS_ON, READS, Node, Trace
from gradcheck.probe.engine.watch.frames import Stack
from gradcheck.report.kinds import Kind

_PASSING = HANDS_ON | {"BroadcastTo", "MatMul", "Mul", "Pack", "StridedSlice", "Tile", "Transpose"}
"""Operations that answer with zeros because they are handed zeros."""

Unset = Callable[[int], Stack]
"""Where a variable was made that does not train and that nobody ever wrote to; nothing for any other."""


def multiplied(trace: Trace, node: Node, factor: Any, unset: Unset) -> End:
    """The end of a path in a product with zeros: named where those come from, if that is known."""
    end = End(Kind.ZERO_PRODUCT, node.stack, node.op, (node.index,), node.index)
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
        stack = unset(origin.inputs[0])
        return replace(end, stack=stack, node=None, variant="unset") if stack else end
    if not origin.tensors or not origin.stack or _line(origin) == _line(node):
        return end
    return replace(end, stack=origin.stack, detail=origin.op, node=origin.index, variant="factor")


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
