"""Fixes are made in a text without bare carriage returns, as LibCST loses them; what they change gets the
line endings of the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gradcheck.base.lines import ending_of, lines_of, with_ending, without_bare_returns
from gradcheck.report.edits import difference
from gradcheck.report.finding import Edit


def changes(path: str, text: str, repaired: str) -> tuple[Edit, ...]:
    """The edits that repair a file's text as `repaired` is, which was made of it without bare returns."""
    plain = without_bare_returns(text)
    edits = difference(path, plain, repaired)
    if plain == text:
        return edits
    lines = lines_of(text)
    return tuple(replace(one, text=with_ending(one.text, _ending(one, lines))) for one in edits)


def _ending(edit: Edit, lines: Sequence[str]) -> str:
    """How lines end where an edit begins."""
    at = edit.location
    before = lines[: at.line - 1 if at.column == 1 else at.line]
    return next((found for line in (*reversed(before), *lines) if (found := ending_of(line))), "\n")
