"""A loss that is no number for guessed data says that the guess was wrong, not the program."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from gradcheck.probe.job.job import Outcome
from gradcheck.report.kinds import Status

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


def _unknown(row: dict[str, Any]) -> dict[str, Any]:
    bad = row["status"] in _NO_NUMBER
    return {**row, "status": Status.UNKNOWN.value, "norm": None, "causes": []} if bad else row
