"""Which layers does an input of a trained model lead to, and no output of a trained model come from?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.facts.facts import Starved
from gradcheck.facts.program import Program
from gradcheck.facts.queries.led_nowhere import LedNowhere, led_nowhere
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind

NOTES = {
    "states": "does not start from it",
    "doubled": "has another value twice",
    "output": "leads to no output",
}


def ask(program: Program) -> Iterator[Starved]:
    """An encoder whose states the decoder does not start from, and whatever else nothing goes on from."""
    return map(_told, led_nowhere(program))


def _told(one: LedNowhere) -> Starved:
    listed = isinstance(one.site.node, (ast.List, ast.Tuple))
    case = "states" if one.states else "doubled" if listed else "output"
    return starve(
        one.birth, Kind.DEAD_VALUE, one.site, NOTES[case], scene="fit", detail=one.states, variant=case
    )
