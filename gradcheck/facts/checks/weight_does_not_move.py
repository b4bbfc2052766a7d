"""Which weights get gradients that an optimizer does nothing with?

Its learning rate is zero, it collects gradients for longer than there are any, or it puts back an average.
The rate is zero as it is made, as a line sets it before the training, or as a schedule has it in every epoch
that runs. What sets another rate anywhere, or may do so, leaves the question open; so does a weight that
comes from a file or from another model: a pass that moves nothing may be for something else then.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.facts import Starved
from gradcheck.facts.ownership.intended import Names, could_train, handed_over, loaded, meant
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.at_rest import Trainings
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import BOTH_KERAS, Kind, Severity


def ask(program: Program) -> Iterator[Starved]:
    """The weights that each such training is for, and that no other one moves."""
    steps = [*Trainings(program).every()]
    resting = [(birth, one.rest) for one in steps if one.rest is not None for birth in one.births]
    moved = {birth.node for one in steps if one.rest is None for birth in one.births}
    kept = moved | _written(program) if resting else moved
    told = set[int]()
    for birth, rest in resting:
        if could_train(birth) and not meant(birth, kept) and birth.node not in told:
            told.add(birth.node)
            site = next((one for one in rest.site.outward() if one.frame.module is program.module), rest.site)
            yield starve(
                birth,
                Kind.STILL,
                site,
                rest.detail or "keeps its first value",
                keras=rest.keras,
                scene="fit",
                detail=rest.detail,
                severity=Severity.ERROR,
                variant=rest.variant,
            )


def _written(program: Program) -> Names:
    """The weights that something else than a step gives a value, or may give one."""
    machine = program.machine
    each = [birth.node for one in machine.log.moved for birth in weights_of(machine, one.variables)]
    found = {*machine.log.assigned, *each} | handed_over(machine)
    return found.union(*(loaded(machine, keras) for keras in BOTH_KERAS))
