"""What is said of cells of a notebook that were not looked at although they may lose a gradient."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.base.cell_magics import magic_of
from gradcheck.base.notebook_cells import cell_path
from gradcheck.report.report import Problem
from gradcheck.source.discover import SourceFile
from gradcheck.source.parse import matters, mentions, parse


def not_looked_at(source: SourceFile) -> Iterator[str]:
    """A sentence that counts and names those whose magic takes the text, if there are any."""
    cells = [
        f"cell {number} (%%{magic_of(text.lstrip())})" for number, text in source.passed_over if matters(text)
    ]
    if cells:
        many = "1 cell was" if len(cells) == 1 else f"{len(cells)} cells were"
        yield f"{source.path}: {many} not looked at, as a magic takes the text: {', '.join(cells)}"


def broken_cells(source: SourceFile) -> Iterator[Problem]:
    """Why cells cannot be read; of those that are no Python, where a notebook is meant to be looked at."""
    for number, wrong in source.odd:
        yield Problem(source.path, 1, f"cell {number} of all its cells cannot be read: it {wrong}")
    texts = (source.text, *(text for _, text in source.broken))
    if source.named or any(mentions(text) or matters(text) for text in texts):
        found = (parse(SourceFile(cell_path(source.path, number), text)) for number, text in source.broken)
        yield from (one for one in found if isinstance(one, Problem))
