"""Which weights lose their attribute to something else before anything could read them?"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.facts import Starved
from gradcheck.facts.ownership.closed import closed
from gradcheck.facts.ownership.reading import is_read
from gradcheck.facts.program import Program
from gradcheck.facts.queries.lost import Lost, lost
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind

NOTE = "from here on this name holds a plain tensor"


def ask(program: Program) -> Iterator[Starved]:
    """Attributes that are given to a weight, and again, on the way to the first call."""
    again = {one.birth.node: one.site for one in program.machine.log.rebound if one.at_once}
    for one in lost(program) if again else ():
        birth = one.answer.birth
        if birth.node in again and closed(one.owner) and _is_read(program, one):
            keras, scene = (one.answer.keras,), one.answer.query.scene
            yield starve(birth, Kind.REBOUND, again[birth.node], NOTE, keras=keras, scene=scene)


def _is_read(program: Program, one: Lost) -> bool:
    """Whether anything reads the attribute, and is given something else."""
    prefix, _, attribute = one.answer.birth.label.rpartition(".")
    return prefix == "self" and is_read(program.machine, one.owner.model, attribute, late=True)
