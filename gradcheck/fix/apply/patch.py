"""Repaired files as a unified diff, which `patch -p1` takes; a notebook's shows the code of its cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import unified_diff

from gradcheck.fix.apply.edits import lines_of
from gradcheck.fix.apply.fixpoint import FixedFile

_NO_NEWLINE = "\n\\ No newline at end of file\n"


def patch(files: Iterable[FixedFile]) -> str:
    """The difference of every file that changed."""
    return "".join(line for fixed_file in files for line in _lines(fixed_file))


def _lines(fixed_file: FixedFile) -> Iterator[str]:
    name = fixed_file.source.path.removeprefix("./").lstrip("/")
    old, new = lines_of(fixed_file.source.text), lines_of(fixed_file.text)
    for line in unified_diff(old, new, f"a/{name}", f"b/{name}"):
        yield line if line.endswith(("\n", "\r")) else line + _NO_NEWLINE
