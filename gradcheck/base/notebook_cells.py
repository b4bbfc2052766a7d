"""The code cells of a notebook, as Python: both halves read notebooks this way and name their cells alike."""

from __future__ import annotations

import re
from typing import Any

LINE_MAGIC = r"^(\s*)(?:%{1,2}[A-Za-z]\w*\b.*|!.*|\?{1,2}[\w.]+|[\w.]+\?{1,2})\s*$"
_CELL = re.compile(r"(?<=\.ipynb)#cell\d+\Z")
RUNS_ITS_BODY = frozenset({"%%time", "%%timeit", "%%capture", "%%prun", "%%memit"})


def code_cells(text: str) -> tuple[str, ...]:
    """The code of each code cell, with magics blanked out so that lines keep their numbers.

    Raises ValueError for what is not a notebook.
    """
    import json  # only notebooks need it

    book = json.loads(text)
    if not isinstance(book, dict) or not isinstance(book.get("cells"), list):
        raise ValueError("not a notebook: it has no list of cells")
    found = (cell for cell in book["cells"] if isinstance(cell, dict) and cell.get("cell_type") == "code")
    return tuple(_python(_source(cell, number)) for number, cell in enumerate(found, 1))


def _source(cell: dict[str, Any], number: int) -> str:
    source = cell.get("source", "")
    lines = [source] if isinstance(source, str) else source
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise ValueError(f"the source of code cell {number} is neither a text nor a list of lines")
    return "".join(lines)


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


def _python(source: str) -> str:
    lines = source.splitlines()
    first = next((line for line in lines if line.strip()), "")
    if first.startswith("%%") and first.split()[0] not in RUNS_ITS_BODY:
        return "\n" * len(lines)
    return "".join(re.sub(LINE_MAGIC, r"\1pass", line) + "\n" for line in lines)
