"""Repaired files as a unified diff, which `git apply` and `patch -p1` take; a notebook's is one of the
notebook's own text."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import unified_diff

from gradcheck.base.here import has_folder
from gradcheck.base.lines import lines_of
from gradcheck.fix.apply.files import UnwritableError, contents
from gradcheck.fix.apply.fixpoint import FixedFile

CONTEXT = range(3, 10)
"""So many lines around a change: three, as everywhere, or the fewest that will do."""
_BARE_RETURN = rb"\r(?!\n)"
_NO_PATCH = "its lines end in carriage returns alone, which a patch cannot have: use `--fix` instead"
_NO_NEWLINE = "\n\\ No newline at end of file\n"


def patch(files: Iterable[FixedFile]) -> str:
    """The difference of every file that changed.

    Raises UnwritableError for a file that `--fix` could not write, or no patch can hold.
    """
    return "".join(line for fixed_file in files for line in _lines(fixed_file))


def _lines(fixed_file: FixedFile) -> Iterator[str]:
    name = _name(fixed_file.source.path)
    old, new = map(lines_of, _texts(fixed_file))
    for line in _difference(old, new, (_quoted(f"a/{name}"), _quoted(f"b/{name}"))):
        whole = line if line.endswith("\n") else line + _NO_NEWLINE
        # A workflow looks for its commands behind blanks; behind a sign it finds none.
        yield f"-{whole[1:]}+{whole[1:]}" if _is_command(line) else whole


def _difference(old: Sequence[str], new: Sequence[str], names: tuple[str, str]) -> list[str]:
    """The lines of a patch. No hunk begins or ends with a command but where the file does, so that there is
    context left to find its place by."""
    found: list[str] = []
    for context in (*CONTEXT, len(old)):
        found = [*unified_diff(old, new, *names, n=context)]
        if not any(map(_is_command, _edges(found))):
            break
    return found


def _edges(lines: Sequence[str]) -> Iterator[str]:
    """The first and the last line of each hunk."""
    for number, line in enumerate(lines):
        if line.startswith("@@"):
            yield from (lines[number - 1], lines[number + 1])
    yield from lines[-1:]


def _is_command(line: str) -> bool:
    """Whether a line of context is a command to a workflow that prints it."""
    return line.startswith(" ") and line.lstrip().startswith("::")


def _name(path: str) -> str:
    """A file as it is called from the current folder, where a patch is applied; one outside, which a patch
    may not reach from there, as it is called from the root."""
    inside = os.path.normpath(path)
    if os.path.isabs(path) or inside.startswith(os.pardir + os.sep):
        folder, name = os.path.split(path)
        here = os.path.join(os.getcwd(), "") if has_folder() else ""
        inside = os.path.join(os.path.realpath(folder), name).removeprefix(here)
    return inside.replace(os.sep, "/").lstrip("/")


def _quoted(name: str) -> str:
    """A name as git writes it in a patch: one that could end its line is quoted, and a tab ends one that
    `patch` would else end at a blank."""
    data, end = os.fsencode(name), "\t" if " " in name else ""
    if _is_text(name) and not any(map(_is_special, data)):
        return name + end
    quoted = (f"\\{byte:03o}" if _is_special(byte) or byte > 0x7E else chr(byte) for byte in data)
    return f'"{"".join(quoted)}"{end}'


def _is_special(byte: int) -> bool:
    return byte < 0x20 or byte in b'"\\\x7f'


def _is_text(name: str) -> bool:
    return not any(0xD800 <= ord(one) <= 0xDFFF for one in name)


def _texts(fixed_file: FixedFile) -> tuple[str, str]:
    """A file as it is and as it would be, as characters that give the same bytes again, whatever they are.

    Raises UnwritableError.
    """
    old, new = contents(fixed_file)
    if re.search(_BARE_RETURN, old + b"\n" + new):
        raise UnwritableError(_NO_PATCH)
    return old.decode("utf-8", "surrogateescape"), new.decode("utf-8", "surrogateescape")
