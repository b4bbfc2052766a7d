"""Which layers are applied in a data pipeline alone, where no tape records?"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.values import Birth
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.intended import could_train, looked_after, meant
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind


def ask(program: Program) -> Iterator[Starved]:
    """Weights that training asks for and that only the function of a `Dataset.map` uses."""
    machine = program.machine
    if not machine.log.piped:
        return
    excused = looked_after(machine)
    piped = [(machine.graph.backward(machine.nodes(produced)), site) for produced, site in machine.log.piped]
    for query in machine.log.queries if piped else ():
        behind = machine.graph.backward(query.target) if query.in_training else set()
        births = weights_of(machine, query.sources) if query.in_training else []
        missed = [one for one in births if one.node not in behind and could_train(one)]
        for used, site in piped:
            for birth in [one for one in missed if one.node in used and not meant(one, excused)]:
                place = _called(machine, birth, used) or site
                yield starve(birth, Kind.OUTSIDE_TAPE, place, "applied in a data pipeline", scene="fit")


def _called(machine: Machine, birth: Birth, used: set[int]) -> Site | None:
    """Where the pipeline's function calls the layer."""
    for call in machine.log.calls:
        mine = any(one.node == birth.node for one in weights_of(machine, call.owner))
        if mine and used.intersection(machine.nodes(call.result)):
            return call.site
    return None
