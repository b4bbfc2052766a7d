"""Which tapes are opened anew in every round of a loop, and asked once, after it?"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.values import Birth
from gradcheck.facts.domain.wording import cut_at, weight_of
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.intended import could_train
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.report.finding import Step
from gradcheck.report.kinds import BOTH_KERAS, Kind, Severity


def ask(program: Program) -> Iterator[Starved]:
    """Losses summed up over all rounds, of which the last tape knows the last round alone."""
    machine = program.machine
    for query in machine.log.queries:
        for birth in _earlier(machine, query):
            cut = cut_at(query.site, Kind.OUTSIDE_TAPE)
            location = query.site.frame.module.location
            tapes = query.tape.entered if query.tape else []
            steps = [Step(location(site.node), "a new tape in every round") for site in tapes]
            trail = (*steps, Step(cut.location, "the last one is asked"))
            yield Starved(
                weight_of(birth), cut, trail, BOTH_KERAS, query.scene, Severity.WARNING, partial=True
            )


def _earlier(machine: Machine, query: Query) -> list[Birth]:
    """The weights that rounds before the last one used for the target."""
    loop = query.tape.loops[-1] if query.tape and query.tape.loops else None
    if loop is None or query.tape is None or loop.lineno <= query.site.node.lineno <= (loop.end_lineno or 0):
        return []
    if any(site.frame is not query.site.frame for site in query.tape.entered):
        return []
    behind = machine.graph.backward(query.target)
    carried = [node for node in machine.log.carried.get(loop, []) if node in behind]
    used = machine.graph.backward(carried)
    births = weights_of(machine, query.sources) if carried else []
    return [birth for birth in births if birth.node in used and could_train(birth)]
