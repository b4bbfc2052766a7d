"""Draws the user's own lines with the ranges that matter underlined. Characters in, cells out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.base.printable import as_source, wrapped
from gradcheck.output import Screen
from gradcheck.report.finding import Location

TAB = 4
MOST_LINES = 6
"""A range longer than this many lines is shown by its first and last ones."""


@dataclass(frozen=True)
class Mark:
    """A range to underline; `style` is a colour's name, and the main one is pointed at with carets."""

    location: Location
    note: str = ""
    style: str = "note"
    main: bool = False


@dataclass(frozen=True)
class Glyphs:
    """What frames are drawn with."""

    bar: str
    gap: str
    under: str
    dots: str
    file: str


PRETTY = Glyphs(bar="│", gap="┆", under="─", dots="…", file="──")
PLAIN = Glyphs(bar="|", gap=":", under="-", dots="...", file="--")


def frame(marks: Sequence[Mark], screen: Screen, known: str = "") -> Iterator[str]:
    """The marked lines in the order of the marks, their numbers at the left. A file is named where its lines
    begin, unless it is the `known` one, that the reader takes them to be of."""
    glyphs = PRETTY if screen.unicode else PLAIN
    digits = max((len(str(mark.location.end_line or mark.location.line)) for mark in marks), default=1)
    path, last = known or (marks[0].location.path if marks else ""), 0
    for mark in marks:
        if mark.location.path != path:
            path, last = mark.location.path, 0
            yield screen.paint("faint", f"{' ' * digits} {glyphs.file} {path}")
        elif last and mark.location.line not in (last, last + 1):
            yield screen.paint("faint", f"{' ' * digits} {glyphs.gap}")
        yield from _marked(mark, digits, screen, glyphs, repeat=mark.location.line != last)
        last = max(mark.location.line, mark.location.end_line) if mark.main else mark.location.line


def _marked(mark: Mark, digits: int, screen: Screen, glyphs: Glyphs, *, repeat: bool) -> Iterator[str]:
    lines = screen.read(mark.location.path)
    if mark.location.line > len(lines):
        yield _row(f"{mark.location.line:>{digits}}", mark.note, screen, glyphs)
        return
    room = max(screen.width - digits - 3, 20)
    shown = _shown(mark, lines)
    for number in shown:
        if number is None:
            yield screen.paint("faint", f"{' ' * digits} {glyphs.gap}")
            continue
        text, start, length = _window(lines[number - 1], *_columns(mark.location, number), room, glyphs)
        if repeat or number != mark.location.line:
            yield _row(f"{number:>{digits}}", text, screen, glyphs)
        note = mark.note if number == shown[-1] else ""
        for row in _underline(start, length, note, mark, room, screen, glyphs) if text else ():
            yield _row(" " * digits, row, screen, glyphs)


def _shown(mark: Mark, lines: Sequence[str]) -> list[int | None]:
    """The lines of a mark to show: all of the cut's unless they are many, else the first one."""
    location = mark.location
    numbers = range(location.line, min(max(location.line, location.end_line), len(lines)) + 1)
    if not mark.main:
        return [location.line]
    if len(numbers) <= MOST_LINES:
        return list(numbers)
    return [*numbers[: MOST_LINES - 2], None, numbers[-1]]


def _row(number: str, text: str, screen: Screen, glyphs: Glyphs) -> str:
    return f"{screen.paint('faint', f'{number} {glyphs.bar}')} {text}".rstrip()


def _columns(location: Location, number: int) -> tuple[int, int | None]:
    """The 0-based range of a location on one of its lines; None is the end of the line."""
    start = location.column - 1 if number == location.line else 0
    last = number == max(location.line, location.end_line)
    ends_here = last and location.end_column > 0
    return start, location.end_column - 1 if ends_here else None


def _window(line: str, start: int, end: int | None, room: int, glyphs: Glyphs) -> tuple[str, int, int]:
    """The part of a line that fits and holds the range, and where the range is in it, in cells."""
    cells = _cells(line.rstrip())
    end = len(cells) if end is None else min(end, len(cells))
    blank = len(line) - len(line.lstrip())
    start = min(max(start, blank) if start == 0 else start, len(cells))
    first, last = _cropped([width for _, width in cells], start, end, room)
    before = glyphs.dots if first else ""
    after = glyphs.dots if last < len(cells) else ""
    text = before + "".join(cell for cell, _ in cells[first:last]) + after
    offset = len(before) + sum(width for _, width in cells[first:start])
    return text, offset, max(sum(width for _, width in cells[start : min(end, last)]), 1)


def _cropped(widths: Sequence[int], start: int, end: int, room: int) -> tuple[int, int]:
    """Which cells to show so that the range is seen with some of what stands before it."""
    if sum(widths) <= room:
        return 0, len(widths)
    room -= 6
    wanted = sum(widths[start:end])
    before = max((room - wanted) // 2, room // 4)
    first = start
    while first > 0 and sum(widths[first - 1 : start]) <= before:
        first -= 1
    last = first
    while last < len(widths) and sum(widths[first : last + 1]) <= room:
        last += 1
    return first, last


def _cells(line: str) -> list[tuple[str, int]]:
    """Each character as it is shown and the number of terminal cells it takes."""
    cells: list[tuple[str, int]] = []
    column = 0
    for character in as_source(line):
        if character == "\t":
            width = TAB - column % TAB
            cells.append((" " * width, width))
        else:
            width = _width(character)
            cells.append((character, width))
        column += width
    return cells


def breadth(text: str) -> int:
    """How many terminal cells a text takes."""
    return sum(map(_width, text))


def _width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _underline(
    start: int, length: int, note: str, mark: Mark, room: int, screen: Screen, glyphs: Glyphs
) -> Iterator[str]:
    start = max(min(start, room - length), 0)  # a mark behind the last character stands on it
    line = ("^" if mark.main else glyphs.under) * length
    if start + length + 1 + len(note) <= room:
        yield " " * start + screen.paint(mark.style, f"{line} {note}".rstrip())
        return
    yield " " * start + screen.paint(mark.style, line)
    indent = max(min(start, room - len(note)), 0)
    for part in wrapped(note, max(room - indent, 1)):
        yield " " * indent + screen.paint(mark.style, part)
