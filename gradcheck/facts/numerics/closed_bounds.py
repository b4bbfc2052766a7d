"""Bounds that leave nothing between them: `clip(x, 1, -1)` is the same number, whatever comes in."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.values import Constant, Value
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import Operation, operation_of
from gradcheck.facts.numerics.flat_operations import Flat, each
from gradcheck.facts.numerics.sizes import number
from gradcheck.report.accounts import CLOSED
from gradcheck.report.kinds import Kind

LOW = ("clip_value_min", "x_min", "min_value", "a_min", "min")
HIGH = ("clip_value_max", "x_max", "max_value", "a_max", "max")
BY_NORM = frozenset({"clip_by_norm", "clip_by_average_norm", "clip_by_global_norm"})
OPPOSITE = {"minimum": "maximum", "maximum": "minimum"}


def closed_bounds(machine: Machine) -> Iterator[Flat]:
    """Every value that two known bounds make a constant of."""
    for node, operation in each(machine):
        given = held_fast(machine, operation)
        if given is not None:
            yield Flat(operation, node, given, Kind.SATURATED, detail=CLOSED)


def held_fast(machine: Machine, operation: Operation) -> Value | None:
    """What an operation is given and makes one number of, whatever it is."""
    if operation.word == "clip_by_value":
        low, high = bounds(operation)
        return operation.first if low is not None and high is not None and low >= high else None
    if operation.word in OPPOSITE:
        return _between(machine, operation)
    return None


def bounds(operation: Operation) -> tuple[float | None, float | None]:
    """The lower and the upper bound of a clip, as far as they are known numbers."""
    return _given(operation, LOW, 1), _given(operation, HIGH, 2)


def made_zero_by_norm(operation: Operation) -> bool:
    """Whether values are scaled to a norm of nothing."""
    limit = number(operation.get("clip_norm", 1))
    return operation.word in BY_NORM and limit is not None and limit <= 0.0


def _given(operation: Operation, names: tuple[str, ...], place: int) -> float | None:
    named = (operation.arguments.get(name) for name in names)
    return number(next((one for one in named if one is not None), operation.get(names[0], place)))


def _between(machine: Machine, operation: Operation) -> Value | None:
    """`minimum(maximum(x, high), low)`: the inner bound is beyond the outer one."""
    outer, values = _limit(operation)
    inner = operation_of(machine, values[0]) if len(values) == 1 else None
    if outer is None or inner is None or inner.word != OPPOSITE[operation.word]:
        return None
    limit, _ = _limit(inner)
    if limit is None or limit == outer:
        return values[0] if limit == outer and limit is not None else None
    return values[0] if (limit > outer) is (inner.word == "maximum") else None


def _limit(operation: Operation) -> tuple[float | None, list[Value]]:
    """The number among two operands, and what is not one."""
    numbers = [number(one) for one in operation.inputs if isinstance(one, Constant)]
    others = [one for one in operation.inputs if not isinstance(one, Constant)]
    both = len(operation.inputs) == 2 and len(numbers) == 1
    return (numbers[0] if both else None), others
