"""What nothing is known of, and what could bring a weight to the target of a gradient."""

from __future__ import annotations

import ast

from gradcheck.facts.domain.graph import Doubt
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


def may_bring_weights(machine: Machine, query: Query, alive: set[int]) -> bool:
    """Whether a gradient reaches anything that is unknown in itself, not only computed from what is."""
    graph = machine.graph
    doubted = alive & graph.doubts.keys()
    chosen = alive & graph.chosen.keys()
    return (
        not alive.isdisjoint(graph.stand_ins)
        or any(_is_seen(machine, query, node) for node in doubted)
        or any(graph.chosen[node] & query.bit for node in chosen)
    )


def _is_seen(machine: Machine, query: Query, node: int) -> bool:
    doubt = machine.graph.doubts.get(node)
    return doubt is None or _may_be_weight(doubt) or bool(doubt.recorded & query.bit)


def _may_be_weight(doubt: Doubt) -> bool:
    """Whether something unknown may be a variable itself: what a model returns that is called is none."""
    match doubt.site.node:
        case ast.Call(func=ast.Name(id="self")):
            return False
    return doubt.reason in _MAY_BE_WEIGHTS
