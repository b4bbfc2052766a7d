"""Reads a rule's page (its docstring): summary, headings, and the runnable examples with their marks.

A mark stands at the end of the line it concerns: `# error: mu` (or `warning`/`info`), `# error[keras3]: mu` when only that Keras loses it,
several names separated by commas. An unmarked example must be silent, and its gradients must flow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gradcheck.kinds import BOTH_KERAS

_PART = re.compile(r"^## (?P<heading>[^\n]+)$|^```python\n(?P<code>.*?)^```$", re.M | re.S)
_MARK = re.compile(r"#\s*(?P<severity>error|warning|info)(?:\[keras(?P<keras>[23])\])?:\s*(?P<names>[^#\n]+?)\s*$")


@dataclass(frozen=True, order=True)
class Expected:
    """One expectation: on this line, at this severity, this variable is starved under these Kerases."""

    line: int
    severity: str
    variable: str
    keras: tuple[str, ...]


@dataclass(frozen=True)
class Example:
    """One code block of a page, under the heading it stands below."""

    heading: str
    code: str

    @property
    def expected(self) -> tuple[Expected, ...]:
        """The marks of this block, in line order."""
        return tuple(_marks(self.code))


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
                yield Expected(number, mark["severity"], name.strip(), keras)
