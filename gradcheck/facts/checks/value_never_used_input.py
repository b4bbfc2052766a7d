"""Which layers does an input of a trained model lead to, and no output of a trained model come from?"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.facts import Starved
from gradcheck.facts.program import Program
from gradcheck.facts.queries.led_nowhere import LedNowhere, led_nowhere
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind


def ask(program: Program) -> Iterator[Starved]:
    """An encoder whose states the decoder does not start from, and whatever else nothing goes on from."""
    return map(_told, led_nowhere(program))


def _told(one: LedNowhere) -> Starved:
    return starve(
        one.birth,
        Kind.DEAD_VALUE,
        one.site,
        "does not start from it" if one.states else "leads to no output",
        scene="fit",
        detail=one.states,
        variant="states" if one.states else "output",
    )
