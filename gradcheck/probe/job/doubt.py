"""What a wrong guess alone accounts for: it says nothing about the program."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from gradcheck.probe.job.job import Outcome, Recipe
from gradcheck.report.accounts import SYMPTOMS
from gradcheck.report.kinds import Status
from gradcheck.report.verdict import Verdict

_NO_NUMBER = frozenset({Status.NAN.value, Status.INF.value})
_NOTE = (
    "the loss is no number for the data that was guessed: give such as the program is used with "
    "(--call and --input, or a function of the file that returns an example batch)"
)


def doubted(outcome: Outcome) -> Outcome:
    """The outcome without verdicts that only a wrong guess accounts for."""
    guessed = any(recipe.guessed for recipe in outcome.recipes or ())
    losses = outcome.snapshot.get("losses", ())
    if not guessed or all(loss is None or math.isfinite(loss) for loss in losses):
        return outcome
    rows = outcome.snapshot["variables"]
    if not any(row["status"] in _NO_NUMBER for row in rows):
        return outcome
    snapshot = {**outcome.snapshot, "variables": [_unknown(row) for row in rows]}
    return replace(outcome, snapshot=snapshot, notes=(*outcome.notes, _NOTE))


def certain(recipes: Sequence[Recipe] | None, verdicts: Iterable[Verdict]) -> Iterator[Verdict]:
    """The verdicts; where a step of ours stands for one of the model's own, what ours leaves out may be used
    in that one."""
    instead = any(recipe.instead for recipe in recipes or ())
    for verdict in verdicts:
        kinds = {cause.cut.kind for cause in verdict.causes}
        unsaid = instead and kinds and kinds <= SYMPTOMS
        yield replace(verdict, status=Status.UNKNOWN, norm=None, causes=()) if unsaid else verdict


def _unknown(row: dict[str, Any]) -> dict[str, Any]:
    bad = row["status"] in _NO_NUMBER
    return {**row, "status": Status.UNKNOWN.value, "norm": None, "causes": []} if bad else row
