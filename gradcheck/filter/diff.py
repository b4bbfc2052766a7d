"""Asks git which lines changed. The only file that runs git.

A checked repository may be anybody's, and its `.git/config` can name programs: file system monitors, filters,
converters, helpers of remotes. So git is asked for objects only, never to compare the work tree or to fetch;
the comparison is done here.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from gradcheck.base.notebook_cells import cell_of, code_cells, notebook_of
from gradcheck.base.regular_files import read_regular
from gradcheck.source.discover import SUFFIXES
from gradcheck.source.instead import Instead

MOST_BYTES = 128_000_000
SECONDS = 120.0
"""How long git may take: a repository can have it read a pipe to which nobody writes."""
MOST_PAIRS = 2_000_000
"""Beyond so many pairs of lines that are alike, all lines behind the first difference count as changed."""

_LINK = b"120000"
_SHORT_NAME = 40
"""Letters of an object's name where git still uses SHA-1."""
_AS_THEY_ARE: Mapping[str, bytes] = {}
_QUIET = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "--literal-pathspecs", "--no-pager")
_KEPT = ("GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM", "GIT_EXEC_PATH")
_KEPT_BEGINNING = "GIT_CONFIG"
"""What git's variables may say: where it lies, how far it looks for a repository, how the user has set it up.
All others are of another command, as of the `git commit` that runs a hook, and change what a name or a
repository means."""
_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}


class DiffError(Exception):
    """Git could not say what changed; the text says why."""


def start(base: str) -> str:
    """The commit where the branch left `base`. Raises DiffError."""
    if not base or base.startswith("-"):
        raise DiffError("is no commit")
    commit = _git(["rev-parse", "--verify", "--quiet", f"{base}^{{commit}}"], "is no commit").strip()
    return _git(["merge-base", commit.decode(), "HEAD"], "has no commit in common with HEAD").strip().decode()


def changed_lines(
    commit: str, paths: Iterable[str], texts: Mapping[str, bytes] = _AS_THEY_ARE
) -> dict[str, frozenset[int]]:
    """For each of these places (files, or cells of notebooks) the lines that changed since a commit; all
    lines of a file that was not there. `texts` are what files would hold."""
    places = list(paths)
    if not places:
        return {}
    root = _root()
    names = {notebook_of(place): _inside(root, notebook_of(place)) for place in places}
    old = _contents(root, commit, [name for name in names.values() if name])
    now = {file: texts[file] if file in texts else _now(file) for file in names}
    changed = {file: _changed(file, now[file], old.get(name or "")) for file, name in names.items()}
    found = {place: frozenset(_of_place(place, changed[notebook_of(place)])) for place in places}
    return {place: lines for place, lines in found.items() if lines}


def before(commit: str, files: Iterable[str], texts: Mapping[str, bytes] = _AS_THEY_ARE) -> Instead:
    """What the repository's sources held in a commit where that differs in more than the ends of lines, under
    their names of today as well, and which of these files were not there."""
    root = _root()
    held = _held(root, commit)
    given = {_inside(root, file): data for file, data in texts.items()}
    now = dict(_others(root, held, given))
    old = zip(now, _blobs(held[name] for name in now), strict=True)
    differing = {
        os.path.join(root, name): data
        for name, data in old
        if data is not None and (name in given or not _alike(name, data, now[name]))
    }
    return Instead(
        differing, frozenset(os.path.realpath(file) for file in files if _is_new(root, file, held))
    )


def _held(root: str, commit: str) -> dict[str, bytes]:
    """The sources of a commit, under their names of then and of today, each with the name of its content."""
    held = dict(_listed(_git(["-C", root, "ls-tree", "-r", "-z", "--full-tree", commit])))
    held |= {name: held[former] for name, former in _renamed(commit).items() if former in held}
    return {name: blob for name, blob in held.items() if name.lower().endswith(SUFFIXES)}


def _others(
    root: str, held: Mapping[str, bytes], given: Mapping[str | None, bytes]
) -> Iterator[tuple[str, bytes | None]]:
    """The files that are not to the byte what a commit holds, with what they are. Git is not asked: it would
    run filters."""
    for name, blob in held.items():
        data = given[name] if name in given else _now(os.path.join(root, name))
        if name in given or data is None or _name_of(data, len(blob)) != blob:
            yield name, data


def _name_of(data: bytes, length: int) -> bytes:
    """What git calls such a content, in names of this length."""
    how = hashlib.sha1 if length == _SHORT_NAME else hashlib.sha256
    return how(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest().encode()


def _alike(path: str, old: bytes, now: bytes | None) -> bool:
    return now is not None and _cells(path, old) == _cells(path, now)


def _is_new(root: str, file: str, held: Mapping[str, bytes]) -> bool:
    name = _inside(root, file)
    return name is not None and name not in held


def _root() -> str:
    """The folder of the repository that the current folder is in."""
    return os.path.realpath(os.fsdecode(_git(["rev-parse", "--show-toplevel"])[:-1]))


def _inside(root: str, path: str) -> str | None:
    """A file's name in the repository, None outside of it."""
    relative = os.path.relpath(os.path.realpath(path), root)
    return None if relative.startswith(os.pardir) else relative.replace(os.sep, "/")


def _contents(root: str, commit: str, names: Sequence[str]) -> dict[str, bytes]:
    """What these files held in a commit, under their name of today."""
    former = _renamed(commit)
    asked = {name: former.get(name, name) for name in names}
    listed = (
        _git(["-C", root, "ls-tree", "-z", "--full-tree", commit, "--", *asked.values()]) if asked else b""
    )
    blobs = dict(_listed(listed))
    found = [name for name in names if asked[name] in blobs]
    return dict(zip(found, _all_there(_blobs(blobs[asked[name]] for name in found)), strict=True))


def _all_there(blobs: Iterable[bytes | None]) -> Iterator[bytes]:
    for blob in blobs:
        if blob is None:
            raise DiffError("an object of the repository is missing")
        yield blob


def _listed(rows: bytes) -> Iterator[tuple[str, bytes]]:
    """The files in a listing of a tree, each with the name of its content. That of a link is only a path."""
    for row in rows.split(b"\0")[:-1]:
        about, _, name = row.partition(b"\t")
        mode, kind, content = about.split()
        if kind == b"blob" and mode != _LINK:
            yield os.fsdecode(name), content


def _renamed(commit: str) -> dict[str, str]:
    """The former names of files that were renamed since, as far as git was told."""
    index = ["diff-index", "--cached", "-M", "--diff-filter=R", "--name-status", "-z", commit, "--"]
    words = [os.fsdecode(word) for word in _git(index).split(b"\0")[:-1]]
    return dict(zip(words[2::3], words[1::3], strict=True))


def _blobs(names: Iterable[bytes]) -> Iterator[bytes | None]:
    """These contents; None for one that the repository does not have, as where it was not fetched whole."""
    answer = _git(["cat-file", "--batch"], given=b"".join(name + b"\n" for name in names))
    while answer:
        header, _, answer = answer.partition(b"\n")
        size = header.split()[2:3]
        if not size:
            yield None
            continue
        end = int(size[0])
        yield answer[:end]
        answer = answer[end + 1 :]


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
    lines = set(_added(before, now))
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
            return [_lines(cell.encode()) for cell in code_cells(data.decode("utf-8-sig"))]
        except (ValueError, RecursionError):
            return []
    return [_lines(data)]


def _lines(data: bytes) -> list[bytes]:
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")


def _added(before: Sequence[bytes], now: Sequence[bytes]) -> Iterator[int]:
    """The numbers of the lines that are new or changed; a line that went leaves none."""
    first = 0
    while first < min(len(before), len(now)) and before[first] == now[first]:
        first += 1
    if _pairs(before[first:], now[first:]) > MOST_PAIRS:
        yield from range(first + 1, len(now) + 1)
        return
    for word, _, _, start, end in SequenceMatcher(None, before[first:], now[first:]).get_opcodes():
        if word in ("insert", "replace"):
            yield from range(first + start + 1, first + end + 1)


def _pairs(before: Sequence[bytes], now: Sequence[bytes]) -> int:
    """How many lines are alike: what a comparison may have to go through."""
    counts = Counter(before)
    return sum(counts[line] * times for line, times in Counter(now).items())


def _git(arguments: Sequence[str], otherwise: str = "git failed", given: bytes = b"") -> bytes:
    """What git prints. Raises DiffError."""
    command = ["git", *_QUIET, *arguments]
    try:
        done = subprocess.run(
            command, capture_output=True, check=False, input=given, env=_environment(), timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        raise DiffError(f"git took more than {SECONDS:g} s") from None
    except OSError as error:
        raise DiffError(f"git cannot be started: {error.strerror}") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise DiffError(said[0] if said else otherwise)
    return done.stdout


def _environment() -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith("GIT_") or _is_kept(name)
    }
    return {**kept, **_ENVIRONMENT}


def _is_kept(name: str) -> bool:
    return name in _KEPT or name.startswith(_KEPT_BEGINNING)
