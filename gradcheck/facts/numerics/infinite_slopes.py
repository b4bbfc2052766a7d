"""Operations whose slope is infinite somewhere in their domain, and operands that are compared with
theirs.

A square root at zero, a logarithm of zero, a quotient by zero. Such an operation alone says nothing: most
operands never come near. What counts is an operand that is known to, or that its author asks about.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.values import Constant, External, Sequence, Value
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import (
    INDEX,
    JOIN,
    RESHAPING,
    Operation,
    identical,
    node_of,
    one_of_many,
    operation_of,
)
from gradcheck.facts.numerics.initial_values import Starts
from gradcheck.facts.numerics.sizes import number

NORMS = frozenset({"norm", "reduce_euclidean_norm"})
SPREADS = frozenset({"reduce_std", "std"})
ROOTS = frozenset({"sqrt", "rsqrt", "log", "reciprocal"}) | NORMS | SPREADS

RANDOM = frozenset({JOIN, "normal", "uniform", "dropout", "sample"})
DEPTH = 12


def hazardous(starts: Starts, operation: Operation) -> Value | None:
    """The operand at whose zero an operation's slope is infinite."""
    values = operation.inputs
    if operation.word == "/":
        return values[1] if len(values) >= 2 else None
    if operation.word == "**":
        exponent = starts.of(values[1]) if len(values) >= 2 else None
        return values[0] if exponent is not None and exponent < 1.0 else None
    return operation.first if operation.word in ROOTS else None


def same_value(machine: Machine, one: Value | None, other: Value | None, depth: int = DEPTH) -> bool:
    """Whether two expressions give the same numbers: one value, or one operation on the same operands."""
    if isinstance(one, Constant) and isinstance(other, Constant):
        return one.known and other.known and one.value == other.value
    if isinstance(one, External) and isinstance(other, External):
        return one.name == other.name
    if isinstance(one, Sequence) and isinstance(other, Sequence):
        return _same_all(machine, one.items, other.items, depth)
    if identical(one, other):
        return True
    if one_of_many(one) or one_of_many(other):
        return False
    return depth > 0 and _same_operation(
        machine, operation_of(machine, one), operation_of(machine, other), depth
    )


def _same_operation(machine: Machine, one: Operation | None, other: Operation | None, depth: int) -> bool:
    if one is None or other is None or one.word != other.word or one.layer or one.word in RANDOM:
        return False
    if one.word == INDEX and text_of(one) != text_of(other):
        return False
    return _same_all(machine, one.inputs, other.inputs, depth - 1)


def _same_all(machine: Machine, ones: list[Value], others: list[Value], depth: int) -> bool:
    return len(ones) == len(others) > 0 and all(
        same_value(machine, one, other, depth) for one, other in zip(ones, others, strict=True)
    )


def text_of(operation: Operation) -> str:
    """The source of an operation."""
    return operation.site.frame.module.code(operation.site.node, 400)


def unmoved(machine: Machine, value: Value | None) -> Value | None:
    """A value without what only moves its numbers around."""
    for _ in range(DEPTH):
        operation = operation_of(machine, value)
        if operation is None or operation.word not in RESHAPING or isinstance(operation.first, Sequence):
            break
        value = operation.first
    return value


def behind(machine: Machine, value: Value | None, through: frozenset[str]) -> Iterator[tuple[int, Operation]]:
    """The operations that a value is computed by, with their nodes, as far back as these words lead."""
    waiting, seen = [value], set()
    while waiting:
        node = node_of(waiting.pop())
        operation = None if node is None else machine.operations.get(node)
        if node is None or operation is None or node in seen:
            continue
        seen.add(node)
        yield node, operation
        if operation.word in through:
            for one in operation.inputs:
                waiting += one.items if isinstance(one, Sequence) else [one]


_OF_SEGMENTS = frozenset(
    {"segment_sum", "unsorted_segment_sum", "unsorted_segment_sqrt_n", "sparse_segment_sum"}
)


def is_safe(machine: Machine, value: Value | None) -> bool:
    """Whether a value is kept away from zero on purpose, or hands nothing back where it is zero: the sum of a
    segment that nothing belongs to."""
    operation = operation_of(machine, unmoved(machine, value))
    if operation is None:
        return False
    if operation.word in _OF_SEGMENTS:
        return True
    if operation.word == "sqrt":
        return is_safe(machine, operation.first)
    if operation.word in ("exp", "softplus", "sigmoid", "cosh", "where"):
        return True
    numbers = [found for one in operation.inputs if (found := number(one)) is not None]
    return operation.word in ("+", "maximum", "clip_by_value") and any(found > 0.0 for found in numbers)
