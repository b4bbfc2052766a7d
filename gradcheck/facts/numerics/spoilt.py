"""Where a value that is infinite becomes a factor of a gradient."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.values import Value
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import RESHAPING, SUMS, Operation, identical

EVEN = RESHAPING | SUMS | {"+", "-", "-x", "abs", "maximum", "minimum", "where", "concat", "stack"}
"""Operations that hand back a gradient that does not depend on how large the values are."""


def spoilt(machine: Machine, node: int) -> Iterator[tuple[int, list[Value]]]:
    """The operations that what is infinite at a node comes to, each with the values whose gradient it
    spoils."""
    graph = machine.graph
    bad, alive = graph.forward([node]), graph.forward([birth.node for birth in machine.log.births])
    for one in bad:
        operation = machine.operations.get(one)
        if operation is None or operation.word in EVEN:
            continue
        lively = [value for value in operation.inputs if any(at in alive for at in machine.nodes(value))]
        if one == node:
            yield one, lively
        else:
            infinite = [value for value in operation.inputs if any(at in bad for at in machine.nodes(value))]
            yield one, [value for value in lively if _steep(operation, value, infinite)]


def _steep(operation: Operation, value: Value, infinite: list[Value]) -> bool:
    """Whether the slope of an operation in one of its values is infinite where others are."""
    if operation.word == "/":
        return identical(value, operation.pair[1]) and any(
            identical(operation.first, one) for one in infinite
        )
    if operation.word == "*":
        return any(not identical(value, one) for one in infinite)
    return bool(infinite)
