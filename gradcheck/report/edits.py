"""Edits: the difference of two texts as replacements of ranges, and their application."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from gradcheck.base.lines import lines_of
from gradcheck.report.finding import Edit, Location


def difference(path: str, old: str, new: str) -> tuple[Edit, ...]:
    """The edits that turn one text into the other, in source order, each as small as whole runs allow."""
    before, after = lines_of(old), lines_of(new)
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    before, after = before[head : len(before) - tail], after[head : len(after) - tail]
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return tuple(
        _edit(path, head + i1 + 1, "".join(before[i1:i2]), "".join(after[j1:j2]))
        for word, i1, i2, j1, j2 in matcher.get_opcodes()
        if word != "equal"
    )


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text with the edits made; they must not overlap."""
    starts = _starts(lines_of(text))
    for edit in sorted(edits, key=lambda one: one.location, reverse=True):
        at = edit.location
        first = _offset(starts, at.line, at.column)
        last = _offset(starts, at.end_line or at.line, at.end_column or at.column)
        text = text[:first] + edit.text + text[last:]
    return text


def _edit(path: str, line: int, old: str, new: str) -> Edit:
    """One replacement from the start of a line, without what both texts begin and end with."""
    head = _common(old, new)
    while head and old[head - 1 : head + 1] == "\r\n":
        head -= 1
    tail = _common(old[head:][::-1], new[head:][::-1])
    while tail and old[len(old) - tail - 1 : len(old) - tail + 1] == "\r\n":
        tail -= 1
    start, end = _spot(line, old[:head]), _spot(line, old[: len(old) - tail])
    return Edit(Location(path, *start, *end), new[head : len(new) - tail])


def _spot(line: int, before: str) -> tuple[int, int]:
    """The line and column behind a text that starts with the first column of a line."""
    lines = [*lines_of(before)]
    if not lines:
        return line, 1
    ended = lines[-1].endswith(("\r", "\n"))
    return line + len(lines) - (0 if ended else 1), 1 if ended else len(lines[-1]) + 1


def _common(one: Sequence[str] | str, other: Sequence[str] | str) -> int:
    """How many items two sequences begin with in common."""
    pairs = zip(one, other, strict=False)
    return next((number for number, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _starts(lines: Sequence[str]) -> list[int]:
    return [0, *_sums(lines)]


def _sums(lines: Sequence[str]) -> Iterator[int]:
    total = 0
    for line in lines:
        total += len(line)
        yield total


def _offset(starts: Sequence[int], line: int, column: int) -> int:
    return starts[min(line - 1, len(starts) - 1)] + column - 1
