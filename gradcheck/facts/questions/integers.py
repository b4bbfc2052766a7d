"""Which weights hold integers, and so can never have a gradient?"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.fates import answers
from gradcheck.facts.facts import Starved
from gradcheck.facts.naming import cut_at, weight_of
from gradcheck.facts.program import Program
from gradcheck.finding import Step
from gradcheck.kinds import Kind


def ask(program: Program) -> Iterator[Starved]:
    """Every trainable integer weight that a loss is computed from."""
    graph = program.machine.graph
    for answer in answers(program):
        birth = answer.birth
        if birth.integer and birth.node in graph.backward(answer.query.target):
            cut = cut_at(birth.site, Kind.INTEGER_WEIGHT)
            yield Starved(
                weight_of(birth), cut, (Step(cut.location, "created"),), (answer.keras,), answer.query.scene
            )
