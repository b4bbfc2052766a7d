"""Turns paths into source files. The only file of the static half that reads the user's code."""

from __future__ import annotations

import io
import os
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gradcheck.report import Trouble

SKIPPED_FOLDERS = frozenset(
    {"__pycache__", "node_modules", "site-packages", "venv", "build", "dist", ".tox", ".nox", ".venv", ".git"}
)
STDIN = "-"


@dataclass(frozen=True)
class SourceFile:
    """The decoded text of one file; `path` is as the user gave it, with forward slashes."""

    path: str
    text: str


def discover(paths: Iterable[str]) -> Iterator[SourceFile | Trouble]:
    """Every Python file that the paths name, each once, in order; what cannot be read becomes a Trouble."""
    seen: set[str] = set()
    for path in paths:
        for found in _files(path):
            if found not in seen:
                seen.add(found)
                yield read(found)


def read(path: str) -> SourceFile | Trouble:
    """One file's text, decoded as Python decodes it (byte order mark, coding comment, else UTF-8)."""
    shown = path.replace(os.sep, "/")
    try:
        with open(path, "rb") as stream:
            data = stream.read()
    except OSError as error:
        return Trouble(shown, 1, f"cannot be read: {error.strerror or error}")
    return decode(shown, data)


def decode(path: str, data: bytes) -> SourceFile | Trouble:
    """The text of a file's bytes."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        return Trouble(path, 1, f"cannot be decoded: {error}; save it as UTF-8 or declare its coding")
    return SourceFile(path, text)


def _files(path: str) -> Iterator[str]:
    if not os.path.isdir(path):
        yield path
        return
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(
            name for name in folders if name not in SKIPPED_FOLDERS and not name.startswith(".")
        )
        yield from (os.path.join(folder, name) for name in sorted(names) if name.endswith(".py"))
