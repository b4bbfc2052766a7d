"""What a gradient comes to, beside optimizers."""

from __future__ import annotations

from collections.abc import Mapping

from gradcheck.facts.domain.graph import Edge
from gradcheck.facts.interpreter.machine import Machine


def goes_elsewhere(machine: Machine, reached: Mapping[int, Edge | None]) -> bool:
    """Whether something unknown, or an assignment, is among what a gradient reaches."""
    written = any(edge is not None and edge.writes for edge in reached.values())
    return written or not reached.keys().isdisjoint(machine.graph.unknown | {machine.escape_node})
