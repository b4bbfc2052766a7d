"""What makes a factor zero: an operation, a variable that nobody sets, a state that is never replaced."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradcheck.probe.engine.explain.by_values import empty
from gradcheck.probe.engine.explain.ends import End
from gradcheck.probe.engine.explain.handed import Given
from gradcheck.probe.engine.explain.trace import HANDS_ON, PIPELINES, READS, Node, Trace
from gradcheck.probe.engine.watch.births import Born
from gradcheck.probe.engine.watch.frames import Stack
from gradcheck.report.kinds import Kind

UNSET = "unset"
"""What is zero is a variable that nothing writes to."""

HANDED_IN = "data"
"""What is zero, or no number, comes in with the data."""
_PASSING = HANDS_ON | {
    "BroadcastTo",
    "GatherV2",
    "MatMul",
    "Mul",
    "Pack",
    "StridedSlice",
    "Tile",
    "Transpose",
}
"""Operations that answer with zeros because they are handed zeros."""


@dataclass(frozen=True)
class Variables:
    """What is known of variables: `of` has them by the number of their resource, `asked` are those for
    which the program asked for a gradient, `still` says which hold what they held when it first did.
    """

    of: Callable[[int], Born | None]
    asked: Collection[Born]
    still: Callable[[Born], bool]


def multiplied(trace: Trace, node: Node, factor: Any, known: Variables) -> End:
    """The end of a path in a product with zeros: named where those come from, if that is known."""
    end = End(Kind.ZERO_PRODUCT, node.stack, node.op, (node.index,), node.index)
    if stack := _all_at_zero(trace, node, known):
        return replace(end, stack=stack, node=None, variant="both")
    if not hasattr(node.layer, "cell"):
        return _from_origin(trace, end, factor, known)
    if (sequence := _sequence(trace, node)) is not None:
        return _from_origin(trace, end, sequence, known)
    kept = _kept(trace, _chain(trace, factor))
    return replace(end, given=kept, variant="kept" if kept is not None else "state")


def _from_origin(trace: Trace, end: End, factor: Any, known: Variables) -> End:
    """A path's end, told of where these zeros began."""
    chain = list(_chain(trace, factor))
    if (kept := _kept(trace, chain)) is not None:
        return replace(end, given=kept, variant="kept")
    made = trace.producer.get(chain[-1])
    if made is None:
        return replace(end, variant="number" if chain[-1] == factor._id else "")
    origin = trace.nodes[made]
    if origin.op in READS:
        stack = _unset(known, origin.inputs[0])
        return replace(end, stack=stack, node=None, variant=UNSET) if stack else end
    if origin.op in PIPELINES and trace.nodes[end.path[0]].layer is None:
        return replace(end, variant=HANDED_IN)
    if not origin.tensors or not origin.stack or _line(origin) == _line(trace.nodes[end.path[0]]):
        return end
    return replace(end, stack=origin.stack, detail=origin.op, node=origin.index, variant="factor")


def _kept(trace: Trace, chain: Iterable[int]) -> Given | None:
    """The state of zeros that a layer gives back as it was handed."""
    return next(filter(None, (trace.calls.keeper(one) for one in chain)), None)


def _sequence(trace: Trace, node: Node) -> Any:
    """What a recurrent layer was handed, if that is zero in every step; else a state is what is zero."""
    call = next((one for one in trace.calls.around(node.index) if one.layer == id(node.layer)), None)
    for number in call.given if call is not None else ():
        made = trace.producer.get(number)
        tensors = trace.nodes[made].made if made is not None else ()
        if handed := [one for one in tensors if one._id == number and one.shape.rank == 3 and empty(one)]:
            return handed[0]
    return None


def _all_at_zero(trace: Trace, node: Node, known: Variables) -> Stack:
    """Where the first of the factors was made, if all of them are weights that began at zero: none of them
    can move.
    """
    read = [number for one in node.given if (number := _read(trace, one)) is not None]
    factors = map(known.of, read)
    began = [one for one in factors if one is not None and not one.assigned and known.still(one)]
    meant = [one for one in began if one.trainable and one.stack]
    if len(meant) < len(node.given) or len(set(meant)) < 2:
        return ()
    return min(meant, key=lambda one: one.order).stack


def _read(trace: Trace, factor: Any) -> int | None:
    """The variable that a factor of zeros comes from by nothing but zeros."""
    made = trace.producer.get(began(trace, factor)) if empty(factor) else None
    origin = None if made is None else trace.nodes[made]
    return origin.inputs[0] if origin is not None and origin.op in READS else None


def _unset(known: Variables, number: int) -> Stack:
    """Where a variable was made that is zero, does not train, and that the program never wrote to."""
    born = known.of(number)
    variable = born.variable() if born is not None else None
    if born is None or born.assigned or variable is None or np.asarray(variable).any():
        return ()
    return () if born.trainable and born in known.asked else born.stack


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
        tensor = None if node is None else next(filter(empty, _handing_on(node)), None)


def _handing_on(node: Node) -> Sequence[Any]:
    """What an operation hands on: the factors of a product, the last first; else its first input, without
    what says how.
    """
    given = node.given if node.op in _PASSING else ()
    return given[::-1] if node.op in ("Mul", "MatMul") else given[:1]


def _line(node: Node) -> tuple[str, int] | None:
    return (node.stack[0].file, node.stack[0].line) if node.stack else None
