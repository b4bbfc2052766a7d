"""Which layers does a list name by `v.name`, which is `kernel` or `bias` alone under Keras 3?"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.graph import KERAS_3
from gradcheck.facts.domain.values import Birth
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.chosen import Naming, passes
from gradcheck.facts.ownership.intended import could_train, is_tape, looked_after, meant
from gradcheck.facts.ownership.weight_names import names_before, prefixes, variables_of
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.selected import Selected, applied, kept_by, selected
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind


def ask(program: Program) -> Iterator[Starved]:
    """Weights of layers that a list asks for by their names, and that Keras 3 therefore leaves out."""
    machine = program.machine
    steps = [query for query in machine.log.queries if is_tape(query)]
    found = [(query, one) for query in applied(machine, steps) for one in selected(query)]
    if not found:
        return
    naming = Naming("3", prefixes(machine))
    kept = {key for query in steps for key in kept_by(machine, query, naming)}
    excused = looked_after(machine)
    for query, one in found:
        for birth in _named_in_vain(machine, query, one, naming, kept):
            if not meant(birth, excused):
                place = one.site._replace(node=one.how.ways[-1][-1].condition)
                note = "not in this list"
                yield starve(
                    birth, Kind.WRONG_VARIABLES, place, note, keras=("3",), scene="tape", variant="named"
                )


def _named_in_vain(
    machine: Machine, query: Query, one: Selected, naming: Naming, kept: set[tuple[int, str]]
) -> Iterator[Birth]:
    """The weights of layers that Keras 2 would choose by their names, and Keras 3 does not."""
    alive = machine.graph.alive(query.target, query.bit, KERAS_3)
    for birth in weights_of(machine, one.variables):
        missed = [each for each in variables_of(birth) if passes(one.how, each, naming) is False]
        lost = [each for each in missed if (birth.node, each.word) not in kept]
        older = Naming("2", names_before(birth))
        asked = any(passes(one.how, each, older) is None for each in lost)
        if asked and could_train(birth) and birth.node in alive:
            yield birth
