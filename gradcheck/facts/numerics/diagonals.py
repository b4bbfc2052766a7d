"""Distances of each to each whose diagonal, zero as it is, a mask takes out again.

No gradient comes back to the diagonal then, and TensorFlow's square root answers none with none, however
steep it is there.
"""

from __future__ import annotations

from gradcheck.facts.domain.graph import Edge
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import Operation

CHOOSING = frozenset({"*", "where", "boolean_mask", "set_diag"})
DIAGONAL = frozenset({"eye", "diag", "band_part", "set_diag"})


def without_diagonal(machine: Machine, node: int) -> bool:
    """Whether all that a gradient is asked of reads a value behind such a mask."""
    reached = machine.graph.forward([node], lambda edge: not _masked(machine, edge))
    return machine.log.targets.isdisjoint(reached)


def _masked(machine: Machine, edge: Edge) -> bool:
    """Whether a value is put together with something that knows the diagonal."""
    operation = machine.operations.get(edge.target)
    return operation is not None and operation.word in CHOOSING and _knows(machine, operation, edge.source)


def _knows(machine: Machine, operation: Operation, source: int) -> bool:
    if operation.word == "set_diag":
        return True
    others = (node for value in operation.inputs for node in machine.nodes(value) if node != source)
    made = (machine.operations.get(node) for node in machine.graph.backward(others))
    return any(one is not None and one.word in DIAGONAL for one in made)
