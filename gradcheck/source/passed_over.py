"""What is said of cells of a notebook that were not looked at although they may lose a gradient."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.base.cell_magics import magic_of
from gradcheck.source.discover import SourceFile
from gradcheck.source.parse import matters


def not_looked_at(source: SourceFile) -> Iterator[str]:
    """A sentence that counts and names them, if there are any."""
    cells = [
        f"cell {number} (%%{magic_of(text.lstrip())})" for number, text in source.passed_over if matters(text)
    ]
    if cells:
        many = "1 cell was" if len(cells) == 1 else f"{len(cells)} cells were"
        yield f"{source.path}: {many} not looked at, as a magic takes the text: {', '.join(cells)}"
