"""Masks that hide a value and not its gradient: which hazards stand in a branch that a condition does not
select.

The condition must show that its author knows of the values: it compares the very operand of the hazard
with zero (or next to it), or asks whether the result is finite. An operand that is made safe beforehand
is another value.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gradcheck.facts.domain.values import Opaque, Value
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import COMPARISON, SUMS, Operation, node_of, operation_of
from gradcheck.facts.numerics.flat_operations import each
from gradcheck.facts.numerics.infinite_slopes import (
    DEPTH,
    behind,
    hazardous,
    is_safe,
    same_value,
    unmoved,
)
from gradcheck.facts.numerics.initial_values import Starts
from gradcheck.facts.numerics.sizes import number

CONNECTIVES = frozenset(["logical_and", "logical_or", "logical_not", "BitAnd", "BitOr", "~", "cast"])
COMPARISONS = frozenset(["greater", "greater_equal", "less", "less_equal", "equal", "not_equal"]) | {
    COMPARISON
}
FINITE = frozenset(["is_finite", "isfinite", "is_nan", "isnan", "is_inf", "isinf"])
ELEMENTWISE = frozenset(
    [
        "+",
        "-",
        "*",
        "/",
        "-x",
        "**",
        "exp",
        "log",
        "sqrt",
        "square",
        "abs",
        "tanh",
        "sin",
        "cos",
        "cast",
        "expand_dims",
        "squeeze",
        "reshape",
    ]
)
BENT = frozenset(
    {"square", "*", "**", "abs", "exp", "log", "sqrt", "squared_difference", "huber", "log_cosh"}
)
"""Operations whose slope depends on what they are given."""
ARITHMETIC = frozenset({"+", "-", "*", "/", "-x", "cast"})
UNDEFINED = frozenset({"/", "log", "sqrt", "rsqrt", "reciprocal", "**", "softmax"})
"""What is NaN or infinite where its author asks whether it is finite."""
ZERO_AT_ZERO = frozenset(
    {"*", "/", "-x", "abs", "square", "sqrt", "sin", "tan", "asin", "atan", "sinh", "tanh", "expm1", "log1p"}
)
"""Operations that make zero of a zero: a product of any factor, all others of what they are given first."""
NEAR_ZERO = 0.05
"""Up to here a bound is meant to keep away from zero, not to tell large values from small ones."""


class Hidden(NamedTuple):
    """An operation whose result a mask hides, and the operation that hides it."""

    hazard: Operation
    by: str


def hidden_hazards(machine: Machine, starts: Starts) -> dict[int, Hidden]:
    """Each hazard that a mask hides, by the node of its result."""
    found = {}
    for _, operation in each(machine):
        for condition, branch in masked(machine, operation):
            hazard = _hidden(machine, starts, condition, branch)
            if hazard is not None:
                found[hazard[0]] = Hidden(hazard[1], operation.word)
    return found


def masked(machine: Machine, operation: Operation) -> Iterator[tuple[Value, Value]]:
    """Each condition with what it hides."""
    values = operation.inputs
    if operation.word in ("where", "switch") and len(values) == 3:
        yield from ((values[0], branch) for branch in values[1:])
    elif operation.word == "boolean_mask" and len(values) >= 2:
        yield values[1], values[0]
    elif operation.word == "*" and len(values) == 2:
        for mask, branch in (values, reversed(values)):
            made = operation_of(machine, unmoved(machine, mask))
            if made is not None and made.word in COMPARISONS | CONNECTIVES:
                yield mask, branch


def _hidden(
    machine: Machine, starts: Starts, condition: Value, branch: Value
) -> tuple[int, Operation] | None:
    tested = list(_tested(machine, condition))
    finite = _asks_for_finite(machine, condition) and any(
        same_value(machine, unmoved(machine, one), unmoved(machine, branch)) for one in tested
    )
    bent = _bent(machine, starts, condition, branch, tested)
    if bent is not None:
        return bent
    for node, operation in behind(machine, branch, ELEMENTWISE | SUMS if finite else ELEMENTWISE):
        if finite and operation.word in UNDEFINED and not _is_safe(machine, starts, operation):
            return node, operation
        operand = hazardous(starts, operation)
        known = operand is None or number(operand) is not None or is_safe(machine, operand)
        if not known and any(vanishes(machine, operand, one) for one in tested):
            return node, operation
    return _of_data(machine, branch) if finite else None


def _bent(
    machine: Machine, starts: Starts, condition: Value, branch: Value, tested: list[Value]
) -> tuple[int, Operation] | None:
    """An operation whose slope contains a value that the condition finds to be NaN: the square of a distance
    to a missing label. A plain difference has a slope of one whatever the label is."""
    finite = _asks_for_finite(machine, condition)
    for node, operation in behind(machine, branch, ELEMENTWISE | SUMS | BENT):
        inside = [one for value in operation.inputs for one in _inputs(machine, value)]
        if operation.word not in BENT or len(inside) < 2:
            continue
        bare = [unmoved(machine, bad) for bad in tested]
        if finite and any(same_value(machine, one, bad) for one in inside for bad in (*tested, *bare)):
            return node, operation
        blown = (_blown_up(machine, starts, one, bad) for one in inside for bad in tested)
        if (made := next(filter(None, blown), None)) is not None:
            # This is what passes the gradient on; to be changed is where the label stops being finite.
            return node, Operation(operation.name, operation.arguments, made.site, operation.receiver)
    return None


def _of_data(machine: Machine, branch: Value) -> tuple[int, Operation] | None:
    """A loss, or another operation with a slope of its own, of weights and data, of which the condition asks
    whether it is finite: where a label is missing, it is not."""
    for node, operation in behind(machine, branch, ELEMENTWISE | SUMS | BENT):
        if operation.word in BENT or operation.name.startswith("keras.losses."):
            inside = [one for value in operation.inputs for one in _inputs(machine, value)]
            if any(_may_lack(machine, one) for one in inside):
                return node, operation
    return None


def _may_lack(machine: Machine, value: Value) -> bool:
    """Whether a value is data as it came: whoever puts something in the place of what is missing computes
    it."""
    return isinstance(value, Opaque) and _is_data(machine, value)


def _blown_up(machine: Machine, starts: Starts, value: Value, tested: Value) -> Operation | None:
    """What makes a value of a label that the condition compares with zero: the logarithm, or the like."""
    operation = operation_of(machine, value) if _is_data(machine, tested) else None
    operand = hazardous(starts, operation) if operation is not None and operation.word in UNDEFINED else None
    known = operand is None or number(operand) is not None or is_safe(machine, operand)
    return operation if not known and vanishes(machine, operand, tested) else None


def _is_data(machine: Machine, value: Value) -> bool:
    """Whether nothing of a weight is in a value: it is a label, whatever was made of it."""
    node = node_of(value)
    births = {birth.node for birth in machine.log.births} if node is not None else set()
    return node is None or births.isdisjoint(machine.graph.backward([node]))


def _inputs(machine: Machine, value: Value) -> Iterator[Value]:
    """A value and what a sum, a difference, a product or a quotient makes it of."""
    yield unmoved(machine, value) or value
    for _, operation in behind(machine, value, ARITHMETIC):
        for one in operation.inputs if operation.word in ARITHMETIC else ():
            yield unmoved(machine, one) or one


def _is_safe(machine: Machine, starts: Starts, operation: Operation) -> bool:
    operand = hazardous(starts, operation)
    return operand is not None and (number(operand) is not None or is_safe(machine, operand))


def vanishes(machine: Machine, value: Value | None, tested: Value, depth: int = DEPTH) -> bool:
    """Whether a value is zero where what is tested is: the same or its magnitude, a multiple of it, its
    sine."""
    if same_value(machine, _magnitude(machine, value), _magnitude(machine, tested)):
        return True
    operation = operation_of(machine, unmoved(machine, value))
    if operation is None or operation.word not in ZERO_AT_ZERO or not depth:
        return False
    factors = operation.inputs if operation.word == "*" else operation.inputs[:1]
    return any(vanishes(machine, one, tested, depth - 1) for one in factors)


def _magnitude(machine: Machine, value: Value | None) -> Value | None:
    bare = unmoved(machine, value)
    operation = operation_of(machine, bare)
    if operation is not None and operation.word in ("abs", "square", "-x"):
        return unmoved(machine, operation.first)
    return bare


def _asks_for_finite(machine: Machine, condition: Value) -> bool:
    return any(one.word in FINITE for _, one in behind(machine, condition, CONNECTIVES))


def _tested(machine: Machine, condition: Value) -> Iterator[Value]:
    """The values that a condition compares with zero or next to it, or asks to be finite."""
    for _, operation in behind(machine, condition, CONNECTIVES):
        values = operation.inputs
        if operation.word in FINITE:
            yield from values[:1]
        elif operation.word in COMPARISONS and any(_next_to_zero(machine, value) for value in values):
            known = (value for value in values if number(value) is None)
            yield from (value for value in known if isinstance(value, Opaque) or node_of(value) is not None)


def _next_to_zero(machine: Machine, value: Value) -> bool:
    found = (
        Starts(machine).of(value) if number(value) is None and _is_constant(machine, value) else number(value)
    )
    return found is not None and abs(found) <= NEAR_ZERO


def _is_constant(machine: Machine, value: Value) -> bool:
    operation = operation_of(machine, value)
    return operation is not None and operation.word in ("constant", "zeros_like", "zeros", "cast")
