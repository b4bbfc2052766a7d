"""Errors that are clipped before they are squared: where they are large, their gradient is zero.

A clip elsewhere is meant: of probabilities before a logarithm, of a ratio of probabilities, of gradients,
of a step that is added to something. What is looked for is a difference, clipped to [-c, c], whose square
alone is used.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import Operation, node_of, operation_of
from gradcheck.facts.numerics.flat_operations import Flat, each
from gradcheck.facts.numerics.sizes import number
from gradcheck.report.kinds import Kind


def clipped_errors(machine: Machine) -> Iterator[Flat]:
    """Every difference that is clipped on both sides and then squared."""
    for node, operation in each(machine):
        error = operation.first
        if error is not None and _clips_difference(machine, operation) and _only_squared(machine, node):
            yield Flat(operation, node, error, Kind.SATURATED)


def _clips_difference(machine: Machine, operation: Operation) -> bool:
    return operation.word == "clip_by_value" and _symmetric(operation) and _is_difference(machine, operation)


def _symmetric(operation: Operation) -> bool:
    low = number(
        operation.get("clip_value_min", 1) or operation.get("x_min", 1) or operation.get("min_value", 1)
    )
    high = number(
        operation.get("clip_value_max", 2) or operation.get("x_max", 2) or operation.get("max_value", 2)
    )
    return low is not None and high is not None and high > 0.0 and low == -high


def _is_difference(machine: Machine, operation: Operation) -> bool:
    clipped = operation_of(machine, operation.first)
    return clipped is not None and clipped.word == "-" and len(clipped.inputs) == 2


def _only_squared(machine: Machine, node: int) -> bool:
    readers = {edge.target for edge in machine.graph.outgoing[node] if edge.kind is None}
    found = [machine.operations.get(reader) for reader in readers]
    return bool(found) and all(one is not None and _squares(one, node) for one in found)


def _squares(operation: Operation, node: int) -> bool:
    if operation.word == "square":
        return True
    values = operation.inputs[:2]
    if operation.word == "**":
        return len(values) == 2 and node_of(values[0]) == node and number(values[1]) == 2.0
    return operation.word == "*" and all(node_of(value) == node for value in values)
