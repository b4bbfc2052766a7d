"""Which terms of a loss move nothing, beside others that keep every weight alive?"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.graph import KERAS_BITS, Edge
from gradcheck.facts.domain.wording import cut_at, weight_of
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.program import Program
from gradcheck.facts.queries.fates import Way, cuts_of, in_graph, kind_of
from gradcheck.facts.queries.loss_parameters import with_exchanged_parameters
from gradcheck.facts.queries.scored_samples import is_scored
from gradcheck.facts.queries.starve import trail
from gradcheck.facts.queries.terms import Term, terms_of
from gradcheck.report.kinds import Kind, Severity

ACCIDENTS = frozenset({Kind.NO_GRADIENT, Kind.INTEGER_CAST, Kind.METRIC, Kind.HOST_FUNCTION, Kind.NUMPY})
"""Cuts that nobody makes on purpose in a term of a loss; `stop_gradient` and targets computed beforehand
are meant."""


def ask(program: Program) -> Iterator[Starved]:
    """Terms that depend on weights, none of which gets a gradient from them."""
    machine = program.machine
    for query in machine.log.queries:
        for keras in KERAS_BITS if query.in_training else ():
            for term in terms_of(machine, query, keras, inside_means=True):
                yield from _report(machine, query, keras, term)


def _report(machine: Machine, query: Query, keras: str, term: Term) -> Iterator[Starved]:
    """One term's dead weights. Where others of it are moved, only noise drawn by NumPy is surely an
    accident, and a sample whose probability nobody asks for."""
    graph = machine.graph
    for birth in term.dead:
        dead = list(cuts_of(graph, query, birth, KERAS_BITS[keras], term.behind))
        kinds = {kind_of(edge, query, keras) for edge, _ in dead}
        if any(edge.detail == "get_weights()" or in_graph(edge) or _told(edge) for edge, _ in dead):
            continue
        noise = any(edge.detail.startswith("np.random.") for edge, _ in dead)
        accident = kinds <= ACCIDENTS and (term.whole or noise)
        if dead and (accident or _only_drawn(machine, kinds, dead)):
            edge, way = dead[0]
            assert edge.site is not None
            cut = cut_at(edge.site, kind_of(edge, query, keras), edge.detail)
            steps = tuple(trail(birth, way, cut))
            yield Starved(weight_of(birth), cut, steps, (keras,), query.scene, Severity.WARNING, partial=True)


def _only_drawn(machine: Machine, kinds: set[Kind], dead: list[tuple[Edge, Way]]) -> bool:
    return kinds == {Kind.SAMPLED} and not any(is_scored(machine, edge.target) for edge, _ in dead)


def _told(edge: Edge) -> bool:
    """Whether the cut is told of the head that the loss is for, with what is wrong about its parameters."""
    return edge.site is not None and with_exchanged_parameters(edge.site) is not None
