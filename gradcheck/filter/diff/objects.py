"""Asks git what a commit holds. The only file that runs git.

A checked repository may be anybody's, and its `.git/config` can name programs: file system monitors, filters,
converters, helpers of remotes. So git is asked for objects only, never to compare the work tree or to fetch;
the comparison is done elsewhere.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence

from gradcheck.base.lazy_dataclass import dataclass

SECONDS = 120.0
"""How long git may take: a repository can have it read a pipe to which nobody writes."""

_LINK, _MODULE = b"120000", b"160000"
_WORDS = 3
"""What stands before a content that git hands out: its name, what it is, its size."""
_AS_UNCHANGED = (
    "with which it was to be compared: its files count as unchanged; `git fetch` in it brings that"
)
_QUIET = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "--literal-pathspecs", "--no-pager")
_REASONS, _REMARKS = ("fatal:", "error:"), ("warning:", "hint:")
"""How a line begins that says why git failed, and how one that is beside the point."""
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


@dataclass(frozen=True)
class Blob:
    """The content of a file: the folder of the repository that has it, the commit that holds it, and what git
    calls it."""

    folder: str
    commit: str
    name: bytes


@dataclass(frozen=True)
class Tree:
    """What a commit holds, by the names in the repository: the files, under their names of today as well, and
    where links led; and what is to be said of submodules whose files nobody can tell, by their folders."""

    files: Mapping[str, Blob]
    links: Mapping[str, str]
    unknown: Mapping[str, str]

    def below(self, folder: str) -> Tree:
        """The same as a part of a repository that has this one in a folder."""
        return Tree(
            {f"{folder}/{name}": blob for name, blob in self.files.items()},
            {f"{folder}/{name}": target for name, target in self.links.items()},
            {f"{folder}/{name}": why for name, why in self.unknown.items()},
        )

    def with_part(self, other: Tree) -> Tree:
        """Both together."""
        links = {**self.links, **other.links}
        return Tree({**self.files, **other.files}, links, {**self.unknown, **other.unknown})


def start(base: str) -> str:
    """The commit where the branch left `base`. Raises DiffError."""
    if not base or base.startswith("-"):
        raise DiffError("is no commit")
    commit = git(["rev-parse", "--verify", "--quiet", f"{base}^{{commit}}"], "is no commit").strip()
    return git(["merge-base", commit.decode(), "HEAD"], "has no commit in common with HEAD").strip().decode()


def root() -> str:
    """The folder of the repository that the current folder is in."""
    return os.path.realpath(os.fsdecode(git(["rev-parse", "--show-toplevel"])[:-1]))


def tree(folder: str, commit: str) -> Tree:
    """What a commit of the repository in a folder holds. Raises DiffError."""
    rows = list(_listed(_listing(folder, commit)))
    found = {name: (mode, Blob(folder, commit, what)) for mode, name, what in rows}
    files = {name: blob for name, (mode, blob) in found.items() if mode not in (_LINK, _MODULE)}
    links = {name: blob for name, (mode, blob) in found.items() if mode == _LINK}
    former = renamed(folder, commit)
    files |= {name: files[old] for name, old in former.items() if old in files}
    said = zip(links, contents(links.values()), strict=True)
    whole = Tree(files, {name: os.fsdecode(target) for name, target in said if target is not None}, {})
    for mode, name, what in rows:
        if mode == _MODULE:
            whole = whole.with_part(_module(folder, name, what.decode()))
    return whole


def _listing(folder: str, commit: str) -> bytes:
    try:
        return git(["-C", folder, "ls-tree", "-r", "-z", "--full-tree", commit])
    except DiffError as error:
        fetching = f"`git diff --stat {commit[:12]}` fetches that, as does a clone without --filter"
        raise DiffError(f"{error}; if git has not fetched all of it: {fetching}") from None


def _module(folder: str, name: str, commit: str) -> Tree:
    """What a submodule held, as far as its own repository has it."""
    place = os.path.join(folder, name)
    if not os.path.isdir(place) or not os.listdir(place):  # it is not checked out
        return Tree({}, {}, {name: ""})
    try:
        if not os.path.lexists(os.path.join(place, ".git")):
            raise DiffError("is no repository")
        return tree(place, commit).below(name)
    except DiffError:
        return Tree({}, {}, {name: f"{name}: this submodule does not have {commit[:12]}, {_AS_UNCHANGED}"})


def _listed(rows: bytes) -> Iterator[tuple[bytes, str, bytes]]:
    """What is in a listing of a tree: what it is, its name, and the name of its content."""
    for row in rows.split(b"\0")[:-1]:
        about, _, name = row.partition(b"\t")
        mode, _, content = about.split()
        yield mode, os.fsdecode(name), content


def renamed(folder: str, commit: str) -> dict[str, str]:
    """The former names of files that were renamed since, as far as git was told."""
    index = ["--cached", "--diff-filter=R", "--name-status", "-z", commit, "--"]
    try:
        rows = git(["-C", folder, "diff-index", "-M", *index])
    except DiffError:  # contents that were not fetched cannot be likened to others
        rows = git(["-C", folder, "diff-index", "-M100%", *index])
    words = [os.fsdecode(word) for word in rows.split(b"\0")[:-1]]
    return dict(zip(words[2::3], words[1::3], strict=True))


def tracked(folder: str) -> frozenset[str]:
    """The names that the next commit is to hold, so far."""
    rows = git(["-C", folder, "ls-files", "-z", "--cached", "--full-name"])
    return frozenset(os.fsdecode(row) for row in rows.split(b"\0")[:-1])


def contents(blobs: Iterable[Blob]) -> list[bytes | None]:
    """These contents; None for one that the repository does not have, as where it was not fetched whole."""
    asked = list(blobs)
    found: dict[Blob, bytes] = {}
    for folder, commit in {(blob.folder, blob.commit): None for blob in asked}:
        names = {blob.name: None for blob in asked if (blob.folder, blob.commit) == (folder, commit)}
        told = _held(folder, commit, [*names])
        found |= {Blob(folder, commit, name): data for name, data in told}
    return [found.get(blob) for blob in asked]


def _held(folder: str, commit: str, names: Sequence[bytes]) -> list[tuple[bytes, bytes]]:
    """Contents with their names. Git stops at the first that it would have to fetch, so it is asked for the
    others then."""
    try:
        return list(_batch(folder, names))
    except DiffError:
        rows = git(["-C", folder, "rev-list", "--objects", "--no-walk", "--missing=print", commit])
        missing = {row[1:] for row in rows.split(b"\n") if row.startswith(b"?")}
        return list(_batch(folder, [name for name in names if name not in missing]))


def _batch(folder: str, names: Sequence[bytes]) -> Iterator[tuple[bytes, bytes]]:
    given = b"".join(name + b"\n" for name in names)
    answer = git(["-C", folder, "cat-file", "--batch"], given=given) if names else b""
    at = 0
    while at < len(answer):
        end = answer.index(b"\n", at)
        words, at = answer[at:end].split(), end + 1
        if len(words) == _WORDS:
            size = int(words[2])
            yield words[0], answer[at : at + size]
            at += size + 1


def git(arguments: Sequence[str], otherwise: str = "git failed", given: bytes = b"") -> bytes:
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
        wrong = [line for line in said if line.startswith(_REASONS)] or [
            line for line in said if not line.startswith(_REMARKS)
        ]
        raise DiffError((wrong or said or [otherwise])[0])
    return done.stdout


def _environment() -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith("GIT_") or _is_kept(name)
    }
    return {**kept, **_ENVIRONMENT}


def _is_kept(name: str) -> bool:
    return name in _KEPT or name.startswith(_KEPT_BEGINNING)
