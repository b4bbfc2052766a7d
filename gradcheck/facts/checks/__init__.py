"""The checks of an interpreted program, one file each: `ask(program)` yields the weights it finds starved.

A check is named after the rule it decides, with a word behind it where a rule has several. Only the
`cut_paths` decide many rules: those whose kind is written in effect rows (`gradcheck/facts/effects`).
Adding a check is adding a file here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib import import_module

from gradcheck.base.modules import parts
from gradcheck.facts.facts import Starved, merge_keras
from gradcheck.facts.program import Program
from gradcheck.facts.queries.meant_by_name import as_named
from gradcheck.facts.queries.unexplained import unexplained
from gradcheck.report.accounts import IDLE
from gradcheck.report.finding import Location
from gradcheck.report.kinds import Kind, Severity


@cache
def _checks() -> tuple[Callable[[Program], Iterator[Starved]], ...]:
    return tuple(import_module(f"{__name__}.{name}").ask for name in parts(__path__))


def ask_all(program: Program) -> tuple[Starved, ...]:
    """Everything that any check finds."""
    starved = [one for ask in _checks() for one in ask(program)]
    return merge_keras(as_named(program, _by_cause([*starved, *unexplained(program, starved)])))


def _by_cause(found: list[Starved]) -> list[Starved]:
    """Without values that lead nowhere because a loop leaves their output out of its loss, or because a line
    drops them, and without paths that are cut on purpose, as an added loss trains the weight that the loop
    leaves out. What a term has that moves nothing is told of there."""
    heads = _told(one for one in found if one.cut.kind is Kind.NOT_IN_LOSS)
    added = _told(
        one for one in found if one.cut.kind is Kind.LOSSES_IGNORED and one.severity is Severity.ERROR
    )
    idle = _told(one for one in found if one.cut.variant == IDLE)
    dropped = _told(one for one in found if one.cut.kind is Kind.DEAD_VALUE and one.cut.variant != "output")
    return [
        one
        for one in found
        if not (one.cut.kind is Kind.DEAD_VALUE and _told([one]) <= heads)
        and not (one.cut.variant != IDLE and _told([one]) <= idle)
        and not (one.cut.variant == "output" and _told([one]) <= dropped)
        and not (one.cut.kind is Kind.STOPPED and _told([one]) <= added)
    ]


def _told(found: Iterable[Starved]) -> set[tuple[Location, str]]:
    return {(one.weight.birth, keras) for one in found for keras in one.keras}
