"""Asks the flow graph every question the program poses: which weights of a `tape.gradient` reach its target, and where are the rest cut."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from gradcheck.facts.facts import Starved
from gradcheck.facts.frames import ONCE
from gradcheck.facts.graph import KERAS_BITS, Edge, Graph
from gradcheck.facts.machine import Machine, Query
from gradcheck.facts.ownership import stand_ins, weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.values import Birth
from gradcheck.facts.naming import NOTES, cut_at, weight_of
from gradcheck.finding import Cut, Step
from gradcheck.kinds import Kind

CUTS_PER_WEIGHT = 3


@dataclass(frozen=True, eq=False)
class Answer:
    """What one query found of one weight under one Keras."""

    query: Query
    birth: Birth
    keras: str
    live: bool
    cuts: tuple[tuple[Edge, tuple[Edge, ...]], ...] = ()


def ask(program: Program) -> Iterator[Starved]:
    """Every weight whose every path is cut, with its cuts."""
    found = answers(program)
    excused = _excused(found)
    for answer in found:
        if answer.cuts and not excused & _names(answer):
            yield from _report(answer)


def answers(program: Program) -> list[Answer]:
    """What every query finds of every weight it is about."""
    return [answer for query in program.machine.log.queries for answer in answer_query(program.machine, query)]


def _rank(query: Query) -> str:
    return "call" if query.scene == "call" else "training"


def _names(answer: Answer) -> set[tuple[object, str, str]]:
    """Under what a weight may be excused: itself for a tape's sake, its line for its layer's sake."""
    key: object = answer.birth.node if _rank(answer.query) == "training" else id(answer.birth.site.node)
    return {(key, answer.keras, _rank(answer.query))}


def _excused(found: list[Answer]) -> set[tuple[object, str, str]]:
    """Weights that a tape finds alive: another tape's silence about them is meant, and so is their layer's."""
    live: set[tuple[object, str, str]] = set()
    for answer in found:
        if answer.live and _rank(answer.query) == "training":
            live |= {(answer.birth.node, answer.keras, "training"), (id(answer.birth.site.node), answer.keras, "call")}
    return live


def answer_query(machine: Machine, query: Query) -> Iterator[Answer]:
    """The fate of every weight that a query is about."""
    births = [*weights_of(machine, query.sources), *_stand_in_births(query)]
    births = [birth for birth in births if birth.trainable is True and not birth.regularized]
    if not births:
        return
    graph = machine.graph
    behind = graph.backward(query.target)
    for keras, bit in KERAS_BITS.items():
        alive = graph.backward(query.target, lambda edge, bit=bit: edge.flows(query.bit, bit))  # type: ignore[misc]
        held = graph.backward([machine.escape_node], lambda edge: edge.kind is None)
        for birth in births:
            if birth.integer:
                continue
            if birth.node in alive or birth.node in held:
                yield Answer(query, birth, keras, live=True)
            elif birth.node in behind:
                yield Answer(
                    query, birth, keras, live=False, cuts=tuple(_cuts(graph, query, birth, bit, behind))
                )


def _stand_in_births(query: Query) -> Iterator[Birth]:
    for owner, variables in stand_ins(query.sources):
        assert owner.node is not None
        label = owner.label or "the model"
        yield Birth(owner.node, variables.site, name=label, label=f"{label}'s variables")


def _cuts(
    graph: Graph, query: Query, birth: Birth, keras: int, behind: set[int]
) -> Iterator[tuple[Edge, tuple[Edge, ...]]]:
    """The edges where the gradient's way back to a weight ends, nearest first, each with the live edges that lead there."""
    region = graph.forward([birth.node], lambda edge: edge.target in behind and edge.flows(query.bit, keras))
    count = 0
    for node in region:
        for edge in graph.outgoing[node]:
            if edge.target in behind and not edge.flows(query.bit, keras) and edge.site is not None:
                yield edge, _way(region, node)
                count += 1
                if count == CUTS_PER_WEIGHT:
                    return


def _way(region: dict[int, Edge | None], node: int) -> tuple[Edge, ...]:
    way: list[Edge] = []
    edge = region[node]
    while edge is not None:
        way.append(edge)
        edge = region[edge.source]
    return tuple(reversed(way))


def _report(answer: Answer) -> Iterator[Starved]:
    birth, query = answer.birth, answer.query
    weight = weight_of(birth)
    for edge, way in answer.cuts:
        cut = _cut(edge, query, answer.keras)
        yield Starved(weight, cut, tuple(_trail(birth, way, edge, cut)), (answer.keras,), query.scene)


def kind_of(edge: Edge, query: Query, keras: str) -> Kind:
    """Why this edge does not carry the gradient."""
    if edge.kind is not None and edge.keras & KERAS_BITS[keras]:
        return edge.kind
    if edge.missed is not None:
        return edge.missed
    assert edge.site is not None
    frame = edge.site.frame
    if frame.phase in ONCE and not _beside_the_tape(query, edge):
        return Kind.CAPTURED
    return Kind.OUTSIDE_TAPE


def _beside_the_tape(query: Query, edge: Edge) -> bool:
    """Whether a line stands in the same body as the tape that missed it: before it or after it, not "once"."""
    if query.tape is None or edge.site is None:
        return False
    return any(site.frame is edge.site.frame for site in query.tape.entered)


def _cut(edge: Edge, query: Query, keras: str) -> Cut:
    assert edge.site is not None
    return cut_at(edge.site, kind_of(edge, query, keras), edge.detail)


def _trail(birth: Birth, way: tuple[Edge, ...], edge: Edge, cut: Cut) -> Iterator[Step]:
    yield Step(birth.site.frame.module.location(birth.site.node), "created")
    passed: set[int] = {id(birth.site.node)}
    for step in way:
        if (
            step.site is not None
            and id(step.site.node) not in passed
            and isinstance(step.site.node, ast.expr)
        ):
            passed.add(id(step.site.node))
            yield Step(step.site.frame.module.location(step.site.node), "flows through here")
    yield Step(cut.location, NOTES.get(cut.kind, "the path ends here"))
