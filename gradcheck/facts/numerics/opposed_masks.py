"""Products with a mask and with its complement, `m * x` and `(1 - m) * x`: nothing passes both.

Only of masks that are known to hold zeros and ones: a gate `g * (1 - g)` is something else.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.values import Constant, Sequence, Value
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import INDEX, Operation, node_of, operation_of
from gradcheck.facts.numerics.cancelling import COPIES
from gradcheck.facts.numerics.flat_operations import Flat, each
from gradcheck.facts.numerics.masks import COMPARISONS
from gradcheck.report.kinds import Kind

OPPOSED = "opposed"
"""What has words of its own: one mask takes away what the other leaves."""
DEPTH = 6
PASSING = COPIES | {INDEX, "constant", "array", "asarray"}
"""What leaves zeros and ones what they are."""
BINARY = COMPARISONS | {"one_hot", "sequence_mask", "logical_not", "logical_and", "logical_or"}
ELEMENTWISE = frozenset({"+", "-", "*", "-x", "cast", "identity"})
"""Operations on each element by itself: an addend or a factor that is zero there stays so."""


def opposed(machine: Machine) -> Iterator[Flat]:
    """Every operand of a product with a mask whose result is multiplied by the complement later."""
    for node, operation in each(machine):
        if operation.word != "*" or len(operation.inputs) != 2:
            continue
        left, right = operation.inputs
        for mask, other in ((left, right), (right, left)):
            kept = _complemented(machine, mask)
            if kept is not None and _is_binary(machine, kept):
                yield from _masked(machine, other, kept, node)


def _complemented(machine: Machine, value: Value) -> Value | None:
    """What `1 - m` is the complement of."""
    operation = operation_of(machine, value)
    if operation is None or operation.word != "-" or len(operation.inputs) != 2:
        return None
    one, mask = operation.inputs
    return mask if isinstance(one, Constant) and one.known and one.value == 1 else None


def _is_binary(machine: Machine, value: Value | None, depth: int = DEPTH) -> bool:
    if isinstance(value, Sequence):
        inside = list(flatten(value))
        return bool(inside) and all(isinstance(one, Constant) and one.value in (0, 1) for one in inside)
    operation = operation_of(machine, value)
    if operation is None or not depth:
        return False
    return operation.word in BINARY or (
        operation.word in PASSING and _is_binary(machine, operation.first, depth - 1)
    )


def _masked(machine: Machine, value: Value, mask: Value, reader: int, depth: int = DEPTH) -> Iterator[Flat]:
    """The products with the mask itself that a value consists of, where nothing else reads them."""
    node, operation = node_of(value), operation_of(machine, value)
    if node is None or operation is None or operation.word not in ELEMENTWISE or not depth:
        return
    if any(edge.target != reader for edge in machine.graph.outgoing[node]):
        return
    other = _without(operation, mask)
    if other is not None:
        yield Flat(operation, node, other, Kind.ZERO_PRODUCT, detail=OPPOSED)
        return
    for one in operation.inputs:
        yield from _masked(machine, one, mask, node, depth - 1)


def _without(operation: Operation, mask: Value) -> Value | None:
    """The other factor of a product with a mask."""
    if operation.word != "*" or len(operation.inputs) != 2:
        return None
    left, right = operation.inputs
    if node_of(left) == node_of(mask):
        return right
    return left if node_of(right) == node_of(mask) else None
