"""Which weights does an object make after its own constructor has listed what it has so far?

A base class that ends with `self.params = list(self.trainable_variables)` lists nothing of what a subclass
adds.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.values import Birth, Variables
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.intended import could_train, handed_over, is_tape
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind


def ask(program: Program) -> Iterator[Starved]:
    """Those that the loss of a tape depends on, where the tape is asked for such a list."""
    machine = program.machine
    made = {id(listed): count for listed, count in machine.log.listed_halfway}
    away = handed_over(machine) if made else set()
    for query in filter(is_tape, machine.log.queries) if made else ():
        for listed in flatten(query.sources):
            if isinstance(listed, Variables) and id(listed) in made:
                for birth in _later(machine, query, listed, made[id(listed)]):
                    if could_train(birth) and birth.node not in away:
                        yield starve(
                            birth,
                            Kind.EMPTY_VARIABLES,
                            listed.site,
                            "listed before it is made",
                            scene="tape",
                            variant="halfway",
                        )


def _later(machine: Machine, query: Query, listed: Variables, count: int) -> Iterator[Birth]:
    """The weights that were made after the list, take part in the loss, and are in no other list."""
    others = [one for one in flatten(query.sources) if one is not listed]
    asked = {birth.node for one in others for birth in weights_of(machine, one)}
    behind = machine.graph.backward(query.target)
    for birth in weights_of(machine, listed):
        if birth.node >= count and birth.node in behind and birth.node not in asked:
            yield birth
