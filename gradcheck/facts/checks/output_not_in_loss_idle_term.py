"""Which terms of a loss move nothing at all, while what a model computes beside them is in no term?

A policy's log-probability is computed and forgotten, and the term that was to have it is a constant: what its
rollout has to do with the loss is no way for a gradient, and was never meant to be one.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.graph import ALWAYS, KERAS_BITS, Site
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.intended import Names, could_train, looked_after, meant
from gradcheck.facts.program import Program
from gradcheck.facts.queries.fates import Answer, kind_of, starving
from gradcheck.facts.queries.places import name_given
from gradcheck.facts.queries.starve import starve
from gradcheck.facts.queries.strangers import may_bring_weights, strangers
from gradcheck.facts.queries.terms import summands_of
from gradcheck.report.accounts import IDLE
from gradcheck.report.kinds import Kind


def ask(program: Program) -> Iterator[Starved]:
    """Weights whose model a tape sees, and of which a value that has a name ends there."""
    machine = program.machine
    left = [answer for answer in starving(program) if answer.query.tape is not None and _is_missed(answer)]
    if not left:
        return
    excused = looked_after(machine)
    terms: dict[tuple[Query, str], Site | None] = {}
    for answer in left:
        key = answer.query, answer.keras
        terms[key] = terms[key] if key in terms else _idle(machine, *key)
        site = terms[key]
        name = _left_over(machine, answer, excused) if site is not None else ""
        if site is not None and name:
            note, keras = "no gradient comes out of it", (answer.keras,)
            yield starve(
                answer.birth,
                Kind.NOT_IN_LOSS,
                site,
                note,
                keras=keras,
                scene="tape",
                detail=name,
                variant=IDLE,
            )


def _is_missed(answer: Answer) -> bool:
    """Whether a weight has to do with the loss by what came before the tape alone, if at all."""
    kinds = {kind_of(edge, answer.query, answer.keras) for edge, _ in answer.cuts}
    return kinds <= {Kind.OUTSIDE_TAPE} and could_train(answer.birth)


def _idle(machine: Machine, query: Query, keras: str) -> Site | None:
    """The one term of a loss that no weight gets a gradient from, where all that is behind it is known."""
    graph = machine.graph
    if strangers(machine, query, graph.backward(query.target)):
        return None
    births = {birth.node for birth in machine.log.births}
    found: list[Site] = []
    for term in summands_of(graph, query.target, inside_means=False):
        moved = graph.alive([term], query.bit, KERAS_BITS[keras])
        sites = [edge.site for edge in graph.incoming[term] if edge.site is not None]
        if sites and births.isdisjoint(moved) and not may_bring_weights(machine, query, moved):
            found.append(sites[0].seen_from(query.site.frame))
    return found[0] if len(found) == 1 and found[0].frame is query.site.frame else None


def _left_over(machine: Machine, answer: Answer, excused: Names) -> str:
    """The name of a value that the tape sees computed from a weight, and that nothing goes on from."""
    graph, query = machine.graph, answer.query
    if meant(answer.birth, excused):
        return ""
    reached = graph.forward([answer.birth.node], lambda edge: bool(edge.recorded & query.bit))
    ends = [edge for node, edge in reached.items() if edge is not None and not graph.outgoing[node]]
    sites = [edge.site for edge in ends if edge.site is not None and edge.recorded != ALWAYS]
    names = [name_given(site) for site in sites if site.frame is query.site.frame]
    return next((name for name in reversed(names) if name), "")
