"""Exponentials that a mask hides where they would overflow: on the way back, zero times infinity is NaN.

The condition must show that its author knows of the overflow: it compares the very operand of the
exponential with a number that no common value comes near.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.facts.domain.values import Value
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import COMPARISON, Operation, operation_of
from gradcheck.facts.numerics.flat_operations import each
from gradcheck.facts.numerics.infinite_slopes import behind, same_value, unmoved
from gradcheck.facts.numerics.sizes import number

EXPONENTIALS = frozenset({"exp", "expm1", "sinh", "cosh"})
THROUGH = EXPONENTIALS | frozenset({"+", "-", "*", "/", "-x", "log", "log1p", "cast"})
GREATER = frozenset({"greater", "greater_equal"})
LESS = frozenset({"less", "less_equal"})
LARGE = 10.0
"""From here on a bound is there for the overflow, and not to tell positive from negative."""


def hidden_overflows(machine: Machine) -> dict[int, Operation]:
    """Each exponential that overflows in the branch that a `where` does not choose, by the node of its
    result."""
    return {
        node: inner
        for _, operation in each(machine)
        if operation.word == "where" and len(operation.inputs) == 3
        for tested, hidden in _beyond(machine, operation.inputs)
        for node, inner in behind(machine, hidden, THROUGH)
        if inner.word in EXPONENTIALS and _same(machine, tested, inner.first)
    }


def _beyond(machine: Machine, values: list[Value]) -> Iterator[tuple[Value, Value]]:
    """What a condition finds large, with the branch that is not taken then."""
    condition = operation_of(machine, values[0])
    if condition is None or len(condition.inputs) != 2:
        return
    (left, right), greater = condition.inputs, _is_greater(condition)
    bound = number(right)
    if greater is not None and bound is not None and bound >= LARGE:
        yield left, values[2] if greater else values[1]


def _is_greater(condition: Operation) -> bool | None:
    """Whether it asks for more, or for less; None for any other question."""
    if condition.word in GREATER | LESS:
        return condition.word in GREATER
    match condition.site.node:
        case ast.Compare(ops=[ast.Gt() | ast.GtE()]) if condition.word == COMPARISON:
            return True
        case ast.Compare(ops=[ast.Lt() | ast.LtE()]) if condition.word == COMPARISON:
            return False
    return None


def _same(machine: Machine, tested: Value, operand: Value | None) -> bool:
    return same_value(machine, unmoved(machine, tested), unmoved(machine, operand))
