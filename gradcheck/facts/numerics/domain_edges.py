"""Operands that reach the edge of an operation's domain by the way they are made."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.values import Constant, Sequence, Value
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import (
    COMPARISON,
    SUMS,
    Operation,
    identical,
    node_of,
    operation_of,
)
from gradcheck.facts.numerics.gram import squared_distances
from gradcheck.facts.numerics.infinite_slopes import NORMS, SPREADS, behind, same_value, text_of, unmoved
from gradcheck.facts.numerics.initial_values import Starts
from gradcheck.facts.numerics.sizes import integer, number

RELU = frozenset({"relu", "relu6", "layers.ReLU"})
ZERO_STAYS = frozenset(
    [
        "cast",
        "identity",
        "expand_dims",
        "squeeze",
        "reshape",
        "transpose",
        "[]",
        "T",
        "*",
        "abs",
        "square",
        "max_pool",
        "layers.MaxPooling1D",
        "layers.MaxPooling2D",
        "layers.Dropout",
        "dropout",
        "layers.Flatten",
        "layers.Reshape",
    ]
)
OVER_PLACES = SUMS | {"reduce_max", "amax"}
HUGE = 1e4
"""What is added to logits to rule something out."""


def at_the_edge(starts: Starts, operation: Operation, operand: Value) -> bool:
    """Whether an operand of a root, a norm or a logarithm has elements that are exactly zero."""
    machine = starts.machine
    if operation.word in NORMS or operation.word in ("sqrt", "**"):
        difference = difference_under(machine, operation, operand)
        if difference is not None and (_with_itself(machine, difference) or _touches(starts, difference)):
            return True
        if operation.word not in NORMS and squared_distances(machine, operand):
            return True
    if operation.word in NORMS or (operation.word in SPREADS and not _over_places(operation)):
        return False
    return cut_off(starts, operand)


# -- what a relu or a mask sets to zero -----------------------------------------------------------


def cut_off(starts: Starts, value: Value | None, depth: int = 12) -> bool:
    """Whether a value has zeros wherever a relu or a mask had nothing to pass on."""
    operation = operation_of(starts.machine, value)
    if operation is None or not depth:
        return False
    word, values = operation.word, operation.inputs
    if (
        word in RELU
        or word == COMPARISON
        or is_one_hot(operation)
        or (word == "maximum" and 0.0 in [number(one) for one in values])
    ):
        return True
    if word == "constant":
        return any(0.0 in row and any(row) for row in _rows(starts, value))
    if word == "/":
        return cut_off(starts, values[0], depth - 1)
    if word in ZERO_STAYS or (word in OVER_PLACES and _over_places(operation)):
        return any(cut_off(starts, one, depth - 1) for one in values)
    if word == "**" and len(values) >= 2:
        exponent = starts.of(values[1])
        return exponent is not None and exponent > 0.0 and cut_off(starts, values[0], depth - 1)
    return False


def is_one_hot(operation: Operation) -> bool:
    """Whether an operation makes rows of zeros with a one in each; nobody says that the zeros are others."""
    others = (operation.arguments.get(name) for name in ("on_value", "off_value"))
    told = any(one is not None for one in others) or len(operation.arguments.positional) > 2
    return operation.word == "one_hot" and not told


def _over_places(operation: Operation) -> bool:
    """Whether a reduction runs over examples, places or times, where one feature may be off everywhere."""
    axis = operation.get("axis", 1)
    axes = axis.items if isinstance(axis, Sequence) else [axis]
    found = [integer(one) for one in axes]
    return None not in found and all(one is not None and one >= 0 for one in found)


# -- differences ----------------------------------------------------------------------------


def difference_under(machine: Machine, operation: Operation, operand: Value) -> Operation | None:
    """The `a - b` of `norm(a - b)` or `sqrt(reduce_sum(square(a - b)))`."""
    value: Value | None = operand
    if operation.word not in NORMS:
        total = operation_of(machine, value)
        if total is None or total.word not in ("reduce_sum", "sum"):
            return None
        squares = operation_of(machine, total.first)
        if squares is None or not is_square(squares):
            return None
        value = squares.first
    found = operation_of(machine, value)
    return found if found is not None and found.word == "-" and len(found.inputs) == 2 else None


def is_square(operation: Operation) -> bool:
    """Whether an operation takes a square, however that is written."""
    values = operation.inputs
    if operation.word == "*":
        return len(values) == 2 and node_of(values[0]) is not None and identical(*values)
    return operation.word == "square" or (operation.word == "**" and number(values[1]) == 2.0)


def _with_itself(machine: Machine, difference: Operation) -> bool:
    """Whether each is subtracted from each, itself among them: `x[:, None] - x[None]`."""
    left, right = (unmoved(machine, value) for value in difference.inputs)
    sides = [operation_of(machine, value) for value in difference.inputs]
    if not all(side is not None and side.word in ("[]", "expand_dims") for side in sides):
        return False
    texts = {text_of(side) for side in sides if side is not None}
    return (
        len(texts) == 2
        and all("None" in t or "newaxis" in t or "expand_dims" in t for t in texts)
        and (same_value(machine, left, right))
    )


def _touches(starts: Starts, difference: Operation) -> bool:
    """Whether some of its rows start at exactly zero."""
    left, right = difference.inputs
    if starts.of(right) == 0.0:
        return _has_zeros(starts, left)
    if starts.of(left) == 0.0:
        return _has_zeros(starts, right)
    rows, others = _rows(starts, left), _rows(starts, right)
    return any(row == other for row in rows for other in others)


def _has_zeros(starts: Starts, value: Value) -> bool:
    operation = operation_of(starts.machine, value)
    if operation is None or operation.word != "concat":
        return any(not any(row) for row in _rows(starts, value))
    return any(starts.of(part) == 0.0 for part in operation.operands)


def _rows(starts: Starts, value: Value | None) -> list[tuple[float, ...]]:
    """The rows of a literal array or vector."""
    operation = operation_of(starts.machine, value)
    if operation is not None and operation.word in ("constant", "weight"):
        value = operation.arguments.get("value" if operation.word == "constant" else "initial_value", 0)
    if not isinstance(value, Sequence) or value.many:
        return []
    if all(isinstance(item, Sequence) for item in value.items):
        return [row for item in value.items for row in _row(item)]
    return list(_row(value))


def _row(value: Value) -> Iterator[tuple[float, ...]]:
    numbers = [number(item) for item in value.items] if isinstance(value, Sequence) else [None]
    if numbers and None not in numbers:
        yield tuple(one for one in numbers if one is not None)


# -- angles, masks, saturation ------------------------------------------------------------------


def clipped_angle(machine: Machine, operation: Operation) -> bool:
    """Whether an inverse cosine is taken of a cosine that gets to one: clipped there, or not at all."""
    if operation.word not in ("acos", "asin"):
        return False
    cosine = operation_of(machine, unmoved(machine, operation.first))
    if cosine is None:
        return False
    if cosine.word == "clip_by_value":
        bounds = [number(one) for one in cosine.inputs[1:3]]
        return len(bounds) == 2 and bounds == [-1.0, 1.0]
    return _is_cosine(machine, cosine)


def _is_cosine(machine: Machine, operation: Operation) -> bool:
    """The product of two normalized vectors."""
    product: Operation | None = operation
    if operation.word in ("reduce_sum", "sum"):
        product = operation_of(machine, operation.first)
    if product is None or product.word not in ("@", "*", "einsum", "tensordot"):
        return False
    sides = [
        operation_of(machine, unmoved(machine, one))
        for one in product.inputs
        if not isinstance(one, Constant)
    ]
    return len(sides) == 2 and all(side is not None and side.word == "l2_normalize" for side in sides)


def hard_masked(starts: Starts, value: Value) -> bool:
    """Whether a softmax gives exactly zero to what was ruled out by a huge number."""
    machine = starts.machine
    softmax = operation_of(machine, unmoved(machine, value))
    if softmax is None or softmax.word != "softmax":
        return False
    for _, operation in behind(machine, softmax.first, frozenset({"+", "-", "*", "where"})):
        numbers = [number(one) for one in operation.inputs]
        if operation.word in ("*", "where") and any(one is not None and abs(one) >= HUGE for one in numbers):
            return True
    return False


def complement_of_saturated(machine: Machine, value: Value) -> bool:
    """Whether a value is one minus something that is exactly one already for middling inputs."""
    complement = operation_of(machine, unmoved(machine, value))
    if complement is None or complement.word != "-" or number(complement.pair[0]) != 1.0:
        return False
    bounded = operation_of(machine, unmoved(machine, complement.pair[1]))
    if bounded is not None and is_square(bounded):
        squared = operation_of(machine, unmoved(machine, bounded.first))
        return squared is not None and squared.word == "tanh"
    return False
