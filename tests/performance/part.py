"""What a part of the suite is given, and what comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Effort:
    """How many rounds are run, and whether a rough answer in a few minutes will do."""

    rounds: int
    quick: bool = False


@dataclass(frozen=True)
class Result:
    """Text for the page, charts as SVG by name, CPU seconds by what they are of, and what is too much."""

    text: str
    charts: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, Sequence[float]] = field(default_factory=dict)
    too_much: tuple[str, ...] = ()


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table; all columns but the first are numbers."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "".join(f"| {' | '.join(map(str, line))} |\n" for line in lines)
