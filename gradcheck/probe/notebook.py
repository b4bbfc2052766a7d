"""Reads the code cells of a notebook. Standard library only."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

_LINE_MAGIC = re.compile(r"^(\s*)(?:%{1,2}[A-Za-z]\w*\b.*|!.*|\?{1,2}[\w.]+|[\w.]+\?{1,2})\s*$")
_RUNS_ITS_BODY = {"%%time", "%%timeit", "%%capture", "%%prun", "%%memit"}


def is_notebook(path: Path) -> bool:
    """Whether the file is a notebook, by its name."""
    return path.suffix == ".ipynb"


def cells(path: Path) -> Iterator[tuple[str, str]]:
    """Each code cell as (a name for its code, the code); magics are blanked out, lines keep their numbers."""
    book = json.loads(path.read_text(encoding="utf-8"))
    found = (cell for cell in book.get("cells", ()) if cell.get("cell_type") == "code")
    for number, cell in enumerate(found, 1):
        source = cell.get("source", "")
        yield f"{path}#cell{number}", _python("".join(source))


def _python(source: str) -> str:
    lines = source.splitlines()
    first = next((line for line in lines if line.strip()), "")
    if first.startswith("%%") and first.split()[0] not in _RUNS_ITS_BODY:
        return ""
    return "\n".join(_LINE_MAGIC.sub(r"\1pass", line) for line in lines) + "\n"
