"""Which terms of a loss were computed before the tape, so that they move no weight?"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.graph import KERAS_BITS, Edge
from gradcheck.facts.domain.values import Birth, Instance, Layer
from gradcheck.facts.domain.wording import cut_at, weight_of
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.program import Program
from gradcheck.facts.queries.fates import Way, cuts_of, kind_of, missed_at
from gradcheck.facts.queries.starve import trail
from gradcheck.facts.queries.terms import Term, terms_of
from gradcheck.report.kinds import Kind, Severity


def ask(program: Program) -> Iterator[Starved]:
    """Weights that other terms move. A term of which a weight gets nothing at all is told of that one."""
    machine = program.machine
    added = _added(machine)
    for query in machine.log.queries:
        for keras in KERAS_BITS if query.in_training else ():
            for term in terms_of(machine, query, keras, inside_means=False):
                # A part of a term may be a target; a whole one that is a constant is an accident.
                if term.whole and not term.starving and term.node not in added:
                    yield from _report(machine, query, keras, term)


def _added(machine: Machine) -> set[int]:
    """What the losses are computed from that layers add: a layer that is called again begins them anew."""
    owners: list[Layer | Instance] = [*machine.log.layers, *machine.log.instances]
    return machine.graph.backward(node for owner in owners for node in owner.losses)


def _report(machine: Machine, query: Query, keras: str, term: Term) -> Iterator[Starved]:
    for birth in term.dead:
        cuts = list(cuts_of(machine.graph, query, birth, KERAS_BITS[keras], term.behind))
        kinds = {kind_of(edge, query, keras) for edge, _ in cuts}
        if not cuts or any(_updates(machine, edge) for edge, _ in cuts):
            continue
        if kinds == {Kind.OUTSIDE_TAPE}:
            yield _starved(query, keras, birth, *cuts[0])


def _updates(machine: Machine, edge: Edge) -> bool:
    """Whether a weight takes part only by the step that was made before."""
    node = edge.site.node if edge.site else None
    return edge.detail == "get_weights()" or any(one.site.node is node for one in machine.log.queries)


def _starved(query: Query, keras: str, birth: Birth, edge: Edge, way: Way) -> Starved:
    cut = cut_at(missed_at(edge, query), Kind.OUTSIDE_TAPE, edge.detail)
    steps = tuple(trail(birth, way, cut))
    return Starved(weight_of(birth), cut, steps, (keras,), query.scene, Severity.WARNING, partial=True)
