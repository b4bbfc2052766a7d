"""Places in the code of a notebook's cells, as places in its JSON: some editors open that as a text."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from functools import lru_cache
from itertools import accumulate

from gradcheck.base.lines import lines_of
from gradcheck.base.notebook_cells import cell_of, notebook_of
from gradcheck.fix.apply.notebook_json import offsets, sources, value
from gradcheck.report.finding import Location


def in_json(text: str, location: Location) -> Location:
    """A place in a cell as a place in the notebook's text; its beginning where it cannot be told."""
    whole = replace(location, path=notebook_of(location.path))
    try:
        starts, places = _cells(text)[cell_of(location.path) - 1]
    except (ValueError, LookupError):
        return replace(whole, line=1, column=1, end_line=1, end_column=2)
    first = _place(text, starts, places, location.line, location.column)
    last = _place(text, starts, places, location.end_line or location.line, location.end_column or 0)
    end = last if last > first else (first[0], first[1] + 1)
    return replace(whole, line=first[0], column=first[1], end_line=end[0], end_column=end[1])


@lru_cache(maxsize=1)
def _cells(text: str) -> list[tuple[list[int], list[int]]]:
    """Of each code cell where its lines begin in its code, and where its characters stand in the JSON."""
    found: list[tuple[list[int], list[int]]] = []
    for span in sources(text):
        code = "" if span is None else value(text, span)
        found.append((_starts(code), [0] if span is None else offsets(text, span)))
    return found


@lru_cache(maxsize=1)
def _lines(text: str) -> list[int]:
    return _starts(text)


def _starts(text: str) -> list[int]:
    return [0, *accumulate(map(len, lines_of(text)))]


def _place(text: str, starts: list[int], places: list[int], line: int, column: int) -> tuple[int, int]:
    """Line and column in the JSON; the end of the code for what lies behind it."""
    at = starts[line - 1] + column - 1 if line <= len(starts) else len(places)
    offset = places[min(max(at, 0), len(places) - 1)]
    row = bisect_right(_lines(text), offset)
    return row, offset - _lines(text)[row - 1] + 1
