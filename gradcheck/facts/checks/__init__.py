"""The checks of an interpreted program, one file each: `ask(program)` yields the weights it finds starved.

A check is named after the rule it decides, with a word behind it where a rule has several. Only the
`cut_paths` decide many rules: those whose kind is written in effect rows (`gradcheck/facts/effects`).
Adding a check is adding a file here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module

from gradcheck.base.modules import parts
from gradcheck.facts.facts import Starved, merge_keras
from gradcheck.facts.program import Program
from gradcheck.facts.queries.unexplained import unexplained
from gradcheck.report.kinds import Kind


@cache
def _checks() -> tuple[Callable[[Program], Iterator[Starved]], ...]:
    return tuple(import_module(f"{__name__}.{name}").ask for name in parts(__path__))


def ask_all(program: Program) -> tuple[Starved, ...]:
    """Everything that any check finds."""
    starved = [one for ask in _checks() for one in ask(program)]
    return merge_keras(_by_cause([*starved, *unexplained(program, starved)]))


def _by_cause(found: list[Starved]) -> list[Starved]:
    """Without values that lead nowhere because a loop leaves their output out of its loss."""
    heads = {
        (one.weight.birth, keras) for one in found if one.cut.kind is Kind.NOT_IN_LOSS for keras in one.keras
    }
    return [
        one
        for one in found
        if one.cut.kind is not Kind.DEAD_VALUE
        or not all((one.weight.birth, keras) in heads for keras in one.keras)
    ]
