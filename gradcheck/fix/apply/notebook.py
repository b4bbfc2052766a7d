"""A notebook is repaired as one text; here its lines are told from those of its cells, and written back."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from gradcheck.base.notebook_cells import cell_path
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
    """A notebook's own JSON with edits made in its code cells; outputs, metadata and layout stay."""
    book = json.loads(text)
    cells = [cell for cell in book["cells"] if isinstance(cell, dict) and cell.get("cell_type") == "code"]
    by_cell: dict[str, list[Edit]] = {}
    for edit in edits:
        by_cell.setdefault(edit.location.path.rpartition("#cell")[2], []).append(edit)
    for number, its_edits in by_cell.items():
        _rewrite(cells[int(number) - 1], its_edits)
    ascii_only = text.isascii() and "\\u" in text
    ending = text[len(text.rstrip()) :]
    return (
        json.dumps(book, indent=_indent(text), ensure_ascii=ascii_only, separators=_separators(text)) + ending
    )


def _rewrite(cell: dict[str, Any], edits: list[Edit]) -> None:
    source = cell.get("source", "")
    text = apply("".join(source), edits)
    cell["source"] = text.splitlines(keepends=True) if isinstance(source, list) else text


def _indent(text: str) -> int | str | None:
    """How a JSON text is indented: the white space before its first key."""
    first = text.lstrip()[1:]
    if not first.lstrip(" \t").startswith(("\n", "\r")):
        return None
    space = first.lstrip("\r\n")[: len(first.lstrip("\r\n")) - len(first.lstrip())]
    return space if "\t" in space else len(space)


def _separators(text: str) -> tuple[str, str]:
    """The white space after commas and colons."""
    comma = "," if _indent(text) is not None or '": ' not in text or '", ' not in text else ", "
    return comma, ": " if '": ' in text else ":"


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
