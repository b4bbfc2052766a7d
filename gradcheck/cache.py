"""Remembers what a file's check found, so that an unchanged tree is not followed again.

An entry is named after everything the result depends on (the file's path and content, the settings, this
very version of gradcheck) and lists the project files that were looked for on the way, each with the digest
of its content or None where there was none. It is used only if all of them are as they were. Entries are
written whole or not at all, so that several runs may share a folder.
"""

from __future__ import annotations

import marshal
import os
import sys
from collections.abc import Iterable
from typing import Any

from gradcheck import __version__
from gradcheck.report.fate import Fate, Obstacle, Reason, WeightFate
from gradcheck.report.finding import Cut, Edit, Finding, Fix, Location, Step, Weight
from gradcheck.report.kinds import Evidence, Kind, Severity
from gradcheck.report.report import Problem, Report

try:
    from _blake2 import blake2b  # what hashlib has, without loading OpenSSL
except ImportError:
    from hashlib import blake2b

FOLDER = ".gradcheck_cache"
NOT_STATIC = frozenset({"__pycache__", "cli", "output", "probe"})
"""Folders of this package that have no say in what a check finds."""

_RECORDS = (Report, Finding, Problem, Location, Step, Weight, Cut, Fix, Edit, WeightFate, Obstacle)
_WORDS = (Kind, Severity, Evidence, Fate, Reason)

Asked = dict[str, "str | None"]
"""Files that a check looked for: path -> digest of the content, None where there was no such file."""


class Cache:
    """A folder of entries. Without one (`folder` None) nothing is remembered."""

    def __init__(self, folder: str | None, settings: Iterable[str]) -> None:
        self._folder = folder
        self._salt = "\0".join((__version__, sys.version, _fingerprint(), *settings)).encode()
        self._digests: Asked = {}

    def get(self, path: str, text: str) -> Report | None:
        """What an earlier run found in exactly this file, if everything it looked at is unchanged."""
        if self._folder is None:
            return None
        try:
            with open(self._entry(path, text), "rb") as stream:
                asked, report = marshal.load(stream)
            if all(self._digest(other) == seen for other, seen in asked.items()):
                found: Report = _thaw(report)
                return found
        except (OSError, EOFError, ValueError, TypeError, KeyError, IndexError):
            pass
        return None

    def put(self, path: str, text: str, asked: Iterable[str], report: Report) -> None:
        """Remember a result. A folder that cannot be written is no reason to fail."""
        if self._folder is None:
            return
        body = marshal.dumps(({other: self._digest(other) for other in asked}, _freeze(report)))
        try:
            _prepare(self._folder)
            entry = self._entry(path, text)
            fresh = f"{entry}.{os.getpid()}"  # a writer of its own, so that nobody reads half an entry
            with open(fresh, "wb") as stream:
                stream.write(body)
            os.replace(fresh, entry)
        except OSError:
            return

    def _entry(self, path: str, text: str) -> str:
        name = blake2b(
            self._salt + b"\0" + path.encode(errors="replace") + b"\0" + text.encode(errors="replace")
        )
        return os.path.join(self._folder or "", name.hexdigest()[:40])

    def _digest(self, path: str) -> str | None:
        if path not in self._digests:
            try:
                with open(path, "rb") as stream:
                    self._digests[path] = blake2b(stream.read()).hexdigest()
            except OSError:
                self._digests[path] = None
        return self._digests[path]


def _prepare(folder: str) -> None:
    """Make the folder, with a note that keeps it out of version control."""
    if not os.path.isdir(folder):
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, ".gitignore"), "w") as stream:
            stream.write("*\n")


def _fingerprint() -> str:
    """Changes whenever a file of this package does, also between two releases."""
    found = []
    for folder, folders, names in os.walk(os.path.dirname(__file__)):
        folders[:] = [name for name in folders if name not in NOT_STATIC]
        paths = (os.path.join(folder, name) for name in names if name.endswith(".py"))
        found += [f"{path}{os.stat(path).st_mtime_ns}" for path in paths]
    return "".join(sorted(found))


def _freeze(value: Any) -> Any:
    """A value made of plain tuples, strings and numbers."""
    if isinstance(value, _WORDS):
        return ("word", _WORDS.index(type(value)), value.value)
    if isinstance(value, _RECORDS):
        fields = [_freeze(getattr(value, name)) for name in type(value).__dataclass_fields__]
        return ("record", _RECORDS.index(type(value)), fields)
    if isinstance(value, tuple):
        return ("tuple", [_freeze(item) for item in value])
    return value


def _thaw(value: Any) -> Any:
    match value:
        case ("word", int(index), word):
            return _WORDS[index](word)
        case ("record", int(index), list(fields)):
            return _RECORDS[index](*(_thaw(field) for field in fields))
        case ("tuple", list(items)):
            return tuple(_thaw(item) for item in items)
    return value
