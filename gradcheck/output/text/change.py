"""The lines that a fix changes, where they are few enough to be read at a glance. Empty ones that come are
left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.base.printable import as_source
from gradcheck.output import Screen
from gradcheck.output.text.frame import TAB, breadth
from gradcheck.report.edits import apply
from gradcheck.report.finding import Edit, Fix, Location

MOST_LINES = 6
"""A fix that takes away and adds more lines than this is not shown."""
WIDEST = 200
"""Lines from the first edit to the last; further apart, they are no short change."""


@dataclass(frozen=True)
class Line:
    """A line that goes (`-`) or comes (`+`), with its number in the file as it is then."""

    number: int
    sign: str
    text: str


def change(fix: Fix, screen: Screen, indent: int) -> list[str]:
    """The lines of a short fix, as a patch shows them; empty when it is long, or would not be seen whole."""
    lines = _lines(fix.edits, screen)
    if not 0 < len(lines) <= MOST_LINES:
        return []
    texts = [as_source(line.text).expandtabs(TAB) for line in lines]
    blank = min(len(text) - len(text.lstrip()) for text in texts if text.strip() or len(texts) == 1)
    digits = len(str(max(line.number for line in lines)))
    room = screen.width - indent - digits - 3
    if any(breadth(text.rstrip()) - blank > room for text in texts):
        return []
    return [
        " " * indent + _painted(line, text[blank:].rstrip(), digits, screen)
        for line, text in zip(lines, texts, strict=True)
    ]


def _painted(line: Line, text: str, digits: int, screen: Screen) -> str:
    style = "gone" if line.sign == "-" else "good"
    number = screen.paint("faint", f"{line.number:>{digits}}")
    return f"{number} {screen.paint(style, f'{line.sign} {text}'.rstrip())}"


def _lines(edits: Sequence[Edit], screen: Screen) -> list[Line]:
    """What goes and what comes, in the order of the file."""
    if len({edit.location.path for edit in edits}) != 1:
        return []
    first = min(edit.location.line for edit in edits)
    last = max(edit.location.end_line or edit.location.line for edit in edits)
    old = [*screen.read(edits[0].location.path)[first - 1 : last]]
    if not old or last - first > WIDEST:
        return []
    return [*_compared(old, _applied(old, first, edits), first)]


def _compared(old: Sequence[str], new: Sequence[str], first: int) -> Iterator[Line]:
    for word, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if word != "equal":
            yield from (Line(first + number, "-", old[number]) for number in range(i1, i2))
            yield from (Line(first + number, "+", new[number]) for number in range(j1, j2) if new[number])


def _applied(lines: Sequence[str], first: int, edits: Sequence[Edit]) -> list[str]:
    """Lines that begin with number `first`, after the edits."""
    moved = (Edit(_moved(edit.location, 1 - first), _plain(edit.text)) for edit in edits)
    return apply("\n".join(lines) + "\n", moved).removesuffix("\n").split("\n")


def _moved(place: Location, lines: int) -> Location:
    return replace(place, line=place.line + lines, end_line=place.end_line and place.end_line + lines)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
