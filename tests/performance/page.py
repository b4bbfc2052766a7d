"""Writes what was measured into `docs/cost.md`, each part between its marks, and its charts beside it."""

from __future__ import annotations

import re
from pathlib import Path

from tests.performance.part import Result

NAME = "cost.md"
CHARTS = "cost"
"""The folder with the charts."""


def write(docs: Path, name: str, result: Result, head: str) -> None:
    """One part anew; the others stay as they are. Raises LookupError where the page has no marks for it."""
    page = docs / NAME
    shown = "".join(f"![{title}]({CHARTS}/{name}-{title}.svg)\n" for title in result.charts)
    text = with_part(page.read_text(encoding="utf-8"), name, f"{head}\n\n{result.text}\n{shown}")
    page.write_text(text, encoding="utf-8")
    folder = docs / CHARTS
    folder.mkdir(exist_ok=True)
    for old in folder.glob(f"{name}-*.svg"):
        old.unlink()
    for title, chart in result.charts.items():
        (folder / f"{name}-{title}.svg").write_text(chart, encoding="utf-8")


def with_part(text: str, name: str, body: str) -> str:
    """The page's text with another body between the marks of a part."""
    pattern = rf"(?s)(<!-- {name} -->\n).*?(<!-- end of {name} -->)"
    new, count = re.subn(pattern, lambda found: f"{found[1]}\n{body.strip()}\n\n{found[2]}", text)
    if count != 1:
        raise LookupError(f"{NAME} has no place for {name}")
    return new
