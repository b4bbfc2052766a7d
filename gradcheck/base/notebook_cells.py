"""The code cells of a notebook, as Python: both halves read notebooks this way and name their cells alike."""

from __future__ import annotations

import re
from typing import Any

from gradcheck.base.lazy_dataclass import dataclass

_KINDS = ("code", "markdown", "raw", "heading")
_OLD = "it is of an old format: `jupyter nbconvert --to notebook --inplace` makes a new one of it"
_CELL = re.compile(r"(?<=\.ipynb)#cell\d+\Z")


@dataclass(frozen=True)
class Cells:
    """The source of each code cell as it stands in a notebook, and what is wrong with cells that are none of
    what a notebook may hold, by their numbers among all cells."""

    sources: tuple[str, ...]
    odd: tuple[tuple[int, str], ...]


def code_cells(text: str) -> tuple[str, ...]:
    """The code of each code cell, with magics made into Python so that lines keep their numbers.

    Raises ValueError for what is not a notebook, one of another language, or a cell that cannot be read.
    """
    from gradcheck.base.notebook_magics import python

    cells = cells_of(text)
    if cells.odd:
        raise ValueError("; ".join(f"cell {number} {wrong}" for number, wrong in cells.odd))
    return tuple(map(python, cells.sources))


def cells_of(text: str) -> Cells:
    """The cells of a notebook. A code cell whose source cannot be read keeps its place, with nothing in it.

    Raises ValueError for what is not a notebook, or one of another language.
    """
    import json  # only notebooks need it

    book = json.loads(text)
    if isinstance(book, dict) and isinstance(book.get("worksheets"), list):
        raise ValueError(_OLD)
    if not isinstance(book, dict) or not isinstance(book.get("cells"), list):
        raise ValueError("not a notebook: it has no list of cells")
    if (language := _language(book)) not in ("", "python"):
        raise ValueError(f"its kernel runs {language}, not Python: there is no gradient to follow")
    cells = book["cells"]
    if any("input" in cell and "source" not in cell for cell in cells if _is_code(cell)):
        raise ValueError(_OLD)
    wrong = ((number, _wrong(cell)) for number, cell in enumerate(cells, 1))
    return Cells(tuple(map(_source, filter(_is_code, cells))), tuple((n, one) for n, one in wrong if one))


def _is_code(cell: object) -> bool:
    return isinstance(cell, dict) and cell.get("cell_type") == "code"


def _wrong(cell: object) -> str:
    """What is wrong with a cell; nothing where all is well. Of texts between the code nothing is read."""
    if not isinstance(cell, dict):
        return "is no object"
    if "cell_type" not in cell:
        return "has no cell_type"
    if cell["cell_type"] not in _KINDS:
        return f"is of no known type: {str(cell['cell_type'])[:40]!r}"
    if cell["cell_type"] != "code":
        return ""
    if "source" not in cell:
        return "has no source"
    return "" if _is_text(cell["source"]) else "has a source that is neither a text nor a list of lines"


def _is_text(source: object) -> bool:
    lines = [source] if isinstance(source, str) else source
    return isinstance(lines, list) and all(isinstance(line, str) for line in lines)


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source")
    return "".join(source) if source is not None and _is_text(source) else ""


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
