"""The code cells of a notebook, as Python: both halves read notebooks this way and name their cells alike."""

from __future__ import annotations

import re
from typing import Any

_KINDS = ("code", "markdown", "raw", "heading")
_CELL = re.compile(r"(?<=\.ipynb)#cell\d+\Z")


def code_cells(text: str) -> tuple[str, ...]:
    """The code of each code cell, with magics made into Python so that lines keep their numbers.

    Raises ValueError for what is not a notebook, or one of another language.
    """
    from gradcheck.base.notebook_magics import python

    return tuple(python(source) for source in cell_sources(text))


def cell_sources(text: str) -> tuple[str, ...]:
    """The source of each code cell as it stands in the notebook. Raises ValueError as `code_cells` does."""
    import json  # only notebooks need it

    book = json.loads(text)
    if not isinstance(book, dict) or not isinstance(book.get("cells"), list):
        raise ValueError("not a notebook: it has no list of cells")
    if (language := _language(book)) not in ("", "python"):
        raise ValueError(f"its kernel runs {language}, not Python: there is no gradient to follow")
    cells = [cell for cell in book["cells"] if isinstance(cell, dict)]
    kinds = [cell.get("cell_type") for cell in cells]
    if strange := next((kind for kind in kinds if isinstance(kind, str) and kind not in _KINDS), None):
        raise ValueError(f"{strange[:40]!r} is no type of a cell")
    found = (cell for cell, kind in zip(cells, kinds, strict=True) if kind == "code")
    return tuple(_source(cell, number) for number, cell in enumerate(found, 1))


def _source(cell: dict[str, Any], number: int) -> str:
    if "input" in cell and "source" not in cell:
        raise ValueError("it is of an old format: open it with Jupyter, and save it")
    source = cell.get("source", "")
    lines = [source] if isinstance(source, str) else source
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise ValueError(f"the source of code cell {number} is neither a text nor a list of lines")
    return "".join(lines)


def _language(book: dict[str, Any]) -> str:
    """The language of a notebook's kernel in lower case; nothing where it does not say."""
    metadata = book.get("metadata")
    spoken = metadata if isinstance(metadata, dict) else {}
    for part, key in (("kernelspec", "language"), ("language_info", "name")):
        found = spoken.get(part)
        if isinstance(found, dict) and isinstance(found.get(key), str):
            return str(found[key]).lower()
    return ""


def cell_path(path: object, number: int) -> str:
    """What the code of the n-th code cell (from 1) is called in reports."""
    return f"{path}#cell{number}"


def notebook_of(path: str) -> str:
    """The notebook that a cell belongs to; any other path as it is."""
    return _CELL.sub("", path)


def cell_of(path: str) -> int:
    """The number of the code cell that a path names, from 1; 0 for a path that names none."""
    found = _CELL.search(path)
    return int(found[0].removeprefix("#cell")) if found else 0
