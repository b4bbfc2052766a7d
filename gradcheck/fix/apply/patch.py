"""Repaired files as a unified diff, which `patch -p1` takes; a notebook's is one of the notebook's own
text."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from difflib import unified_diff

from gradcheck.base.lines import lines_of
from gradcheck.fix.apply.files import contents
from gradcheck.fix.apply.fixpoint import FixedFile

_NO_NEWLINE = "\n\\ No newline at end of file\n"


def patch(files: Iterable[FixedFile]) -> str:
    """The difference of every file that changed.

    Raises UnwritableError for a file that `--fix` could not write.
    """
    return "".join(line for fixed_file in files for line in _lines(fixed_file))


def _lines(fixed_file: FixedFile) -> Iterator[str]:
    name = fixed_file.source.path.removeprefix("./").lstrip("/")
    old, new = map(lines_of, _texts(fixed_file))
    for line in unified_diff(old, new, _quoted(f"a/{name}"), _quoted(f"b/{name}")):
        yield line if line.endswith(("\n", "\r")) else line + _NO_NEWLINE


def _quoted(name: str) -> str:
    """A name as git writes it in a patch: one that could end its line is quoted."""
    data = os.fsencode(name)
    if _is_text(name) and not any(map(_is_special, data)):
        return name
    quoted = (f"\\{byte:03o}" if _is_special(byte) or byte > 0x7E else chr(byte) for byte in data)
    return f'"{"".join(quoted)}"'


def _is_special(byte: int) -> bool:
    return byte < 0x20 or byte in b'"\\\x7f'


def _is_text(name: str) -> bool:
    return not any(0xD800 <= ord(one) <= 0xDFFF for one in name)


def _texts(fixed_file: FixedFile) -> tuple[str, str]:
    """A file as it is and as it would be. What is followed of a notebook is not what is in its file."""
    old, new = contents(fixed_file)
    if not fixed_file.source.cells:
        return fixed_file.source.text, fixed_file.text
    return old.decode(), new.decode()
