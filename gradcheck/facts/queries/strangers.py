"""What nothing is known of, and what could bring a weight to the target of a gradient."""

from __future__ import annotations

from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.report.fate import Reason

_MAY_BE_WEIGHTS = frozenset({Reason.ATTRIBUTE, Reason.BASE})
"""What is read from an object that is not known may be a variable of it."""


def strangers(machine: Machine, query: Query, behind: set[int]) -> set[int]:
    """The nodes behind a target of which nothing is known and which a tape saw: what was computed before it
    began is data."""
    graph = machine.graph
    unknown = behind & (graph.unknown | graph.doubts.keys())
    return {node for node in unknown if _is_seen(machine, query, node)} | behind & graph.stand_ins


def _is_seen(machine: Machine, query: Query, node: int) -> bool:
    doubt = machine.graph.doubts.get(node)
    return doubt is None or doubt.reason in _MAY_BE_WEIGHTS or bool(doubt.recorded & query.bit)
