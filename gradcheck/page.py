"""Reads a rule's page (its docstring): summary, headings, and the runnable examples with their marks.

A mark stands at the end of the line it concerns and names variables, separated by commas:

    # error: mu             the source shows it (or `warning`, `info`), and a run loses the gradient
    # error[keras3]: mu     under that Keras only
    # warning[flows]: mu    the source shows it; the gradient itself arrives, and nothing is done with it
    # probe: mu             only a run shows it
    # todo: mu              a missed alarm: the source would show it, and today nobody says so

An unmarked example must be silent, and its gradients must flow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from gradcheck.report.kinds import BOTH_KERAS, Half

_PART = re.compile(r"^## (?P<heading>[^\n]+)$|^```python\n(?P<code>.*?)^```$", re.M | re.S)
_MARK = re.compile(
    r"#\s*(?P<word>error|warning|info|probe|todo)(?:\[(?:keras(?P<keras>[23])|(?P<flows>flows))\])?"
    r":\s*(?P<names>[^#\n]+?)\s*$"
)


@dataclass(frozen=True, order=True)
class Expected:
    """One expectation: on this line, at this severity, this variable is starved under these Kerases.

    `half` is who shows it: None for what nobody shows so far.
    """

    line: int
    severity: str
    variable: str
    keras: tuple[str, ...]
    half: Half | None = field(default=Half.BOTH, compare=False)


@dataclass(frozen=True)
class Example:
    """One code block of a page, under the heading it stands below."""

    heading: str
    code: str

    @property
    def marks(self) -> tuple[Expected, ...]:
        """The marks of this block, in line order."""
        return tuple(_marks(self.code))

    @property
    def expected(self) -> tuple[Expected, ...]:
        """What the source alone must show."""
        return tuple(mark for mark in self.marks if mark.half in (Half.BOTH, Half.STATIC))

    @property
    def lost(self) -> tuple[Expected, ...]:
        """What a run must show."""
        return tuple(mark for mark in self.marks if mark.half in (Half.BOTH, Half.PROBE))


def examples(page: str) -> tuple[Example, ...]:
    """Every Python block of a page."""
    found, heading = [], ""
    for part in _PART.finditer(page):
        if part["heading"]:
            heading = part["heading"]
        else:
            found.append(Example(heading, part["code"]))
    return tuple(found)


def headings(page: str) -> tuple[str, ...]:
    """The second-level headings of a page, in order."""
    return tuple(part["heading"] for part in _PART.finditer(page) if part["heading"])


def summary(page: str) -> str:
    """A page's first line."""
    return page.strip().partition("\n")[0].strip()


def _marks(code: str) -> Iterator[Expected]:
    for number, line in enumerate(code.splitlines(), 1):
        if mark := _MARK.search(line):
            keras = (mark["keras"],) if mark["keras"] else BOTH_KERAS
            for name in mark["names"].split(","):
                yield Expected(number, mark["word"], name.strip(), keras, _half(mark))


def _half(mark: re.Match[str]) -> Half | None:
    unseen = mark["word"] in ("probe", "todo")
    if mark["flows"]:
        return None if unseen else Half.STATIC
    return Half.PROBE if unseen else Half.BOTH
