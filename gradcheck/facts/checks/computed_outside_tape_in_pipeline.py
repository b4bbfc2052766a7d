"""Which layers are applied in a data pipeline alone, where no tape records?"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.values import Birth, Value
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.intended import could_train, looked_after, meant
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind


def ask(program: Program) -> Iterator[Starved]:
    """Weights that training asks for and that only the function of a `Dataset.map` uses."""
    machine = program.machine
    asked = [query for query in machine.log.queries if query.in_training] if machine.log.piped else []
    excused = looked_after(machine) if asked else set()
    for produced, site in machine.log.piped if asked else ():
        used = machine.graph.backward(machine.nodes(produced))
        for query in asked:
            for birth in _lost(machine, query, used):
                if could_train(birth) and not meant(birth, excused):
                    place = _called(machine, birth, site, produced)
                    yield starve(birth, Kind.OUTSIDE_TAPE, place, "applied in a data pipeline", scene="fit")


def _lost(machine: Machine, query: Query, used: set[int]) -> list[Birth]:
    """The weights that a question is about, that these nodes use and that its target does not."""
    behind = machine.graph.backward(query.target)
    births = weights_of(machine, query.sources)
    return [birth for birth in births if birth.node in used and birth.node not in behind]


def _called(machine: Machine, birth: Birth, site: Site, produced: Value) -> Site:
    """Where the pipeline's function calls the layer, or where the function is handed over."""
    ends = set(machine.graph.backward(machine.nodes(produced)))
    for call in machine.log.calls:
        mine = any(one.node == birth.node for one in weights_of(machine, call.owner))
        if mine and ends.intersection(machine.nodes(call.result)):
            return call.site
    return site
