"""Which models are kept under each other's name, so that a step trains the wrong one?"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.frames import Frame
from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.values import Birth
from gradcheck.facts.facts import Starved
from gradcheck.facts.program import Program
from gradcheck.facts.queries.exchanged import births_of, exchanges
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind, Phase


def ask(program: Program) -> Iterator[Starved]:
    """Constructors that exchange two of their parameters, and calls that exchange two arguments."""
    for model, (place, *names) in exchanges(program):
        site = Site(place, Frame(program.module, "__init__()", Phase.CONSTRUCT))
        for birth in births_of(program.machine, model, names) or [_nameless(site, names[0])]:
            yield starve(birth, Kind.ROLES_SWAPPED, site, "in the other's place")


def _nameless(site: Site, attribute: str) -> Birth:
    return Birth(-1, site, name=attribute, label=f"self.{attribute}")
