"""Weights that are copied into another model's, as into a target network's: no way of a value to a loss."""

from __future__ import annotations

from collections.abc import Callable

from gradcheck.facts.domain.graph import Edge
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.interpreter.machine import Machine

Allow = Callable[[Edge], bool]


def no_copy(machine: Machine, query: Query) -> Allow | None:
    """What lets every edge pass but those that write to a layer's weights where the tape in question does not
    see it. None where a program writes to none."""
    if not machine.log.exchanged and not machine.log.moved:
        return None
    layers = {birth.node for birth in machine.log.births if birth.of_layer}
    return lambda edge: not (edge.writes and edge.target in layers and not edge.recorded & query.bit)
