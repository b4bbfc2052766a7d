"""A notebook is repaired as one text; here its lines are told from those of its cells, and written back."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import replace

from gradcheck.base.lines import ending_of, lines_of, with_ending
from gradcheck.base.notebook_cells import cell_of, cell_path
from gradcheck.fix.apply.notebook_json import sources, spelled, value
from gradcheck.report.edits import apply
from gradcheck.report.finding import Edit, Finding, Location
from gradcheck.source.discover import SourceFile


def flat(finding: Finding, source: SourceFile) -> Finding:
    """A finding with its lines counted from the top of the file's text, whatever cell they are in."""
    if not source.cells:
        return finding
    return replace(
        finding,
        location=_flat(finding.location, source),
        weights=tuple(replace(weight, birth=_flat(weight.birth, source)) for weight in finding.weights),
        trail=tuple(replace(step, location=_flat(step.location, source)) for step in finding.trail),
    )


def in_cells(edits: Iterable[Edit], source: SourceFile) -> tuple[Edit, ...] | None:
    """Edits of the whole text as edits of its cells; None when one of them crosses cells."""
    if not source.cells:
        return tuple(edits)
    placed = [_in_cell(edit, source) for edit in edits]
    return None if None in placed else tuple(edit for edit in placed if edit)


def rewritten(text: str, edits: Iterable[Edit]) -> str:
    """A notebook's own JSON with edits made in its code cells; all else in it stays as it is."""
    by_cell: dict[int, list[Edit]] = {}
    for edit in edits:
        by_cell.setdefault(cell_of(edit.location.path), []).append(edit)
    spans = sources(text)
    # From the end on, so that what was found before the place of a change stays where it is.
    for number in sorted(by_cell, reverse=True):
        span = spans[number - 1]
        if span is not None:
            new = spelled(text, span, _edited(value(text, span), by_cell[number]))
            text = text[: span[0]] + new + text[span[1] :]
    return text


def _edited(code: str, edits: Iterable[Edit]) -> str:
    """A cell's code with the edits made, in its own line endings. What was checked ends with a line break."""
    lines = lines_of(code)
    added = "" if not lines or ending_of(lines[-1]) else "\n"
    endings = {ending_of(line) for line in lines} - {""}
    if len(endings) == 1:
        [ending] = endings
        edits = [replace(edit, text=with_ending(edit.text, ending)) for edit in edits]
    return apply(code + added, edits).removesuffix(added)


def _flat(location: Location, source: SourceFile) -> Location:
    for number, first in enumerate(source.cells, 1):
        if cell_path(source.path, number) == location.path:
            end = location.end_line and location.end_line + first - 1
            return replace(location, path=source.path, line=location.line + first - 1, end_line=end)
    return location


def _in_cell(edit: Edit, source: SourceFile) -> Edit | None:
    at = edit.location
    number = bisect_right(source.cells, at.line)
    below = bisect_right(source.cells, at.end_line)
    ends_before_next = below == number + 1 and at.end_column == 1 and source.cells[number] == at.end_line
    if number != below and not ends_before_next:
        return None
    before = source.cells[number - 1] - 1
    place = replace(
        at, path=cell_path(source.path, number), line=at.line - before, end_line=at.end_line - before
    )
    return Edit(place, edit.text)
