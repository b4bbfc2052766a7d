"""Turns paths into source files. The only file of the static half that reads the user's code."""

from __future__ import annotations

import io
import os
import tokenize
from collections.abc import Callable, Iterable, Iterator

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.base.notebook_cells import code_cells
from gradcheck.report.report import Problem
from gradcheck.source.ignored import Ignored

SKIPPED_FOLDERS = frozenset(
    {"__pycache__", "node_modules", "site-packages", "venv", "build", "dist", ".tox", ".nox", ".venv", ".git"}
)
SUFFIXES = (".py", ".ipynb")
Excluded = Callable[[str], bool]


@dataclass(frozen=True)
class SourceFile:
    """The decoded text of one file; `path` is as the user gave it, with forward slashes.

    `cells` holds the first line of each code cell, when the text is a notebook's.
    """

    path: str
    text: str
    cells: tuple[int, ...] = ()


def discover(paths: Iterable[str], excluded: Excluded = lambda path: False) -> Iterator[SourceFile | Problem]:
    """Every Python file and notebook that the paths name, each once, in order; what cannot be read becomes
    a Problem.

    What is found in a folder is passed over if it is `excluded` or ignored by git; a file named outright
    never is.
    """
    seen: set[str] = set()
    for path in paths:
        for found in _files(path, excluded):
            if found not in seen:
                seen.add(found)
                yield read(found)


def read(path: str) -> SourceFile | Problem:
    """One file's text, decoded as Python decodes it (byte order mark, coding comment, else UTF-8)."""
    shown = path.replace(os.sep, "/")
    try:
        with open(path, "rb") as stream:
            data = stream.read()
    except OSError as error:
        return Problem(shown, 1, f"cannot be read: {error.strerror or error}")
    return decode(shown, data)


def decode(path: str, data: bytes) -> SourceFile | Problem:
    """The text of a file's bytes."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        return Problem(path, 1, f"cannot be decoded: {error}; save it as UTF-8 or declare its coding")
    return _notebook(path, text) if path.endswith(".ipynb") else SourceFile(path, text)


def _notebook(path: str, text: str) -> SourceFile | Problem:
    try:
        cells = code_cells(text)
    except ValueError as error:
        return Problem(path, 1, f"cannot be read as a notebook: {error}")
    starts, line = [], 1
    for cell in cells:
        starts.append(line)
        line += cell.count("\n")
    return SourceFile(path, "".join(cells), tuple(starts))


def _files(path: str, excluded: Excluded) -> Iterator[str]:
    if not os.path.isdir(path):
        yield path
        return
    ignored = Ignored(path)
    for folder, folders, names in os.walk(path):
        ignored.enter(folder)
        inside = sorted(name for name in folders if name not in SKIPPED_FOLDERS and not name.startswith("."))
        places = [(name, os.path.join(folder, name)) for name in inside]
        folders[:] = [name for name, place in places if not ignored(place + "/") and not excluded(place)]
        for name in sorted(names):
            place = os.path.join(folder, name)
            if name.endswith(SUFFIXES) and not ignored(place) and not excluded(place):
                yield place
