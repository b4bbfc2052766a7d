"""Repaired files as a unified diff, which `patch -p1` takes; a notebook's shows the code of its cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import unified_diff

from gradcheck.mend.loop import Mended
from gradcheck.rewrite.edits import lines_of

_NO_NEWLINE = "\n\\ No newline at end of file\n"


def patch(files: Iterable[Mended]) -> str:
    """The difference of every file that changed."""
    return "".join(line for mended in files for line in _lines(mended))


def _lines(mended: Mended) -> Iterator[str]:
    name = mended.source.path.removeprefix("./").lstrip("/")
    old, new = lines_of(mended.source.text), lines_of(mended.text)
    for line in unified_diff(old, new, f"a/{name}", f"b/{name}"):
        yield line if line.endswith(("\n", "\r")) else line + _NO_NEWLINE
