"""Reads the code cells of a notebook, named as every report names them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gradcheck.base.notebook_cells import cell_path, code_cells


def is_notebook(path: Path) -> bool:
    """Whether the file is a notebook, by its name."""
    return path.suffix == ".ipynb"


def cells(path: Path) -> Iterator[tuple[str, str]]:
    """Each code cell as (a name for its code, the code); magics become Python, lines keep their numbers."""
    for number, code in enumerate(code_cells(path.read_text(encoding="utf-8")), 1):
        yield cell_path(path, number), code
