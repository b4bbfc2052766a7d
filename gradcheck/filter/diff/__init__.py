"""Which lines changed since a commit, and how things were then."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.base.notebook_cells import cell_of, cells_of, notebook_of
from gradcheck.base.regular_files import read_regular
from gradcheck.filter.diff.lines import added
from gradcheck.filter.diff.objects import Blob, DiffError, Tree, contents, root, start, tracked, tree
from gradcheck.report.report import Problem
from gradcheck.source.discover import SUFFIXES
from gradcheck.source.instead import Instead
from gradcheck.source.past import Past
from gradcheck.source.project import PROJECT_FILES

__all__ = ["Commit", "DiffError", "Earlier", "before", "changed_lines", "start"]

MOST_BYTES = 128_000_000

_SHORT_NAME = 40
"""Letters of an object's name where git still uses SHA-1."""
_AS_THEY_ARE: Mapping[str, bytes] = {}
_NOT_FETCHED = (
    "cannot be compared: git has not fetched what it held in {commit}, so it counts as unchanged; "
    "`git diff --stat {commit}` fetches that, as does a clone without --filter"
)


@dataclass(frozen=True)
class Commit:
    """A commit of the repository that the current folder is in. Git is asked what it holds when that is first
    wanted, and once."""

    name: str

    @cached_property
    def top(self) -> str:
        """The repository's folder. Raises DiffError."""
        return root()

    @cached_property
    def tree(self) -> Tree:
        """What it holds. Raises DiffError."""
        return tree(self.top, self.name)


@dataclass(frozen=True)
class Earlier:
    """How things were in a commit, and what of it nobody can tell."""

    instead: Instead
    errors: tuple[Problem, ...]
    notes: tuple[str, ...]


def changed_lines(
    commit: Commit, paths: Iterable[str], texts: Mapping[str, bytes] = _AS_THEY_ARE
) -> dict[str, frozenset[int]]:
    """For each of these places (files, or cells of notebooks) the lines that changed since a commit; all
    lines of a file that was not there, none of one of which that is not known. `texts` are what files would
    hold."""
    places = list(paths)
    if not places:
        return {}
    held = commit.tree
    names = {notebook_of(place): _inside(commit.top, notebook_of(place)) for place in places}
    known = {file: name for file, name in names.items() if not _is_unknown(name, held)}
    old = _contents(held, known)
    now = {file: texts[file] if file in texts else _now(file) for file in old}
    changed = {file: _changed(file, now[file], old[file]) for file in old}
    found = {place: frozenset(_of_place(place, changed.get(notebook_of(place), ()))) for place in places}
    return {place: lines for place, lines in found.items() if lines}


def before(commit: Commit, files: Iterable[str], texts: Mapping[str, bytes] = _AS_THEY_ARE) -> Earlier:
    """What the repository's sources, and these files, held in a commit where that differs in more than the
    ends of lines, under their names of today as well, and which files there were."""
    top, whole = commit.top, commit.tree
    named = {_inside(top, file) for file in files}
    held = {name: blob for name, blob in whole.files.items() if name in named or _matters(name)}
    given = {_inside(top, file): data for file, data in texts.items()}
    now = dict(_others(top, held, given))
    old = dict(zip(now, contents(held[name] for name in now), strict=True))
    differing = {
        os.path.join(top, name): data
        for name, data in old.items()
        if data is not None and (name in given or not _alike(name, data, now[name]))
    }
    missing = [name for name, data in old.items() if data is None]
    past = Past(top, frozenset(held), whole.links, tuple(whole.unknown), tracked(top))
    errors = tuple(_not_fetched(os.path.join(top, name), commit.name) for name in missing)
    return Earlier(Instead(differing, past), errors, tuple(filter(None, whole.unknown.values())))


def _matters(name: str) -> bool:
    """Whether a check may look for a file of this name."""
    return name.lower().endswith(SUFFIXES) or name.rpartition("/")[2] in PROJECT_FILES


def _not_fetched(path: str, commit: str) -> Problem:
    return Problem(os.path.relpath(path).replace(os.sep, "/"), 1, _NOT_FETCHED.format(commit=commit[:12]))


def _is_unknown(name: str | None, held: Tree) -> bool:
    return name is not None and name.startswith(tuple(f"{folder}/" for folder in held.unknown))


def _others(
    top: str, held: Mapping[str, Blob], given: Mapping[str | None, bytes]
) -> Iterator[tuple[str, bytes | None]]:
    """The files that are not to the byte what a commit holds, with what they are. Git is not asked: it would
    run filters."""
    for name, blob in held.items():
        data = given[name] if name in given else _now(os.path.join(top, name))
        if name in given or data is None or _name_of(data, len(blob.name)) != blob.name:
            yield name, data


def _name_of(data: bytes, length: int) -> bytes:
    """What git calls such a content, in names of this length."""
    how = hashlib.sha1 if length == _SHORT_NAME else hashlib.sha256
    return how(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest().encode()


def _alike(path: str, old: bytes, now: bytes | None) -> bool:
    return now is not None and _cells(path, old) == _cells(path, now)


def _inside(top: str, path: str) -> str | None:
    """A file's name in the repository, None outside of it."""
    relative = os.path.relpath(os.path.realpath(path), top).replace(os.sep, "/")
    return None if relative == os.pardir or relative.startswith(f"{os.pardir}/") else relative


def _contents(held: Tree, names: Mapping[str, str | None]) -> dict[str, bytes | None]:
    """What these files held, by their paths; None for one that was not there. One whose content was not
    fetched is left out."""
    blobs = {path: held.files[name] for path, name in names.items() if name and name in held.files}
    found = dict(zip(blobs, contents(blobs.values()), strict=True))
    return {path: found.get(path) for path in names if path not in blobs or found[path] is not None}


def _now(path: str) -> bytes | None:
    try:
        return read_regular(path, MOST_BYTES)
    except OSError:
        return None


def _changed(path: str, data: bytes | None, old: bytes | None) -> list[tuple[int, set[int]]]:
    """The changed lines of a file, or of each code cell of a notebook: where they begin, and their numbers
    counted from the top of all code."""
    if data is None:
        return []
    cells = _cells(path, data)
    now = [line for cell in cells for line in cell]
    before = [] if old is None else [line for cell in _cells(path, old) for line in cell]
    lines = set(added(before, now))
    starts = [1 + sum(map(len, cells[:number])) for number in range(len(cells))]
    return [(start, lines) for start in starts]


def _of_place(place: str, changed: Sequence[tuple[int, set[int]]]) -> Iterator[int]:
    number = cell_of(place) or 1
    if number <= len(changed):
        start, lines = changed[number - 1]
        yield from (line - start + 1 for line in lines if line >= start)


def _cells(path: str, data: bytes) -> list[list[bytes]]:
    """The lines of a file, or of each code cell of a notebook. Line endings are no difference."""
    if path.endswith(".ipynb"):
        try:
            found = cells_of(data.decode("utf-8-sig")).sources
        except (ValueError, RecursionError):
            return []
        return [_lines(cell.encode("utf-8", "surrogatepass")) for cell in found]
    return [_lines(data)]


def _lines(data: bytes) -> list[bytes]:
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
