"""Which files git ignores, by the `.gitignore` files above and below a folder and the repository's own
`info/exclude`."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from gradcheck.base.regular_files import MEGABYTE, read_regular

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

MOST_STARS = 3
"""So many stars in one part of a pattern, so many parts `**`, and so many stars in all that follow another
one in their part; a match of more could take for ever."""
MOST_PATH = 10_000
"""Bytes of a file that says where another one lies."""

_CLASSES = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "blank": " \t",
    "digit": "0-9",
    "lower": "a-z",
    "punct": r"!-/:-@\[-`{-~",
    "space": " \t\r\n\f\v",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}
"""What git takes for one of these inside brackets."""


class Spec(NamedTuple):
    """The lines of a `.gitignore`, and what matches them."""

    lines: list[str]
    compiled: GitIgnoreSpec

    def ignores(self, path: str) -> bool | None:
        """Whether these patterns ignore a path; None where they say nothing of it. Of a folder, the library
        asks whether all of it is ignored, and passes over what takes back the folder alone."""
        found = self.compiled.check_file(path)
        if not path.endswith("/") or not found.include or found.index is None:
            return found.include
        inside = self.lines[found.index].strip().lstrip("/") == f"{path}**"
        later = zip(self.lines[found.index :], self.compiled.patterns[found.index :], strict=False)
        back = any(_takes_folders_back(line) and pattern.match_file(path) for line, pattern in later)
        return not (inside or back)


def _takes_folders_back(line: str) -> bool:
    return line.startswith("!") and line.rstrip().endswith("/")


class Ignored:
    """Asked of each path below a folder; the patterns of a folder are read when the walk enters it."""

    def __init__(self, folder: str) -> None:
        self._specs: list[tuple[str, Spec]] = []
        for above in reversed(_up_to_repository(os.path.abspath(folder))):
            list(self.enter(above))  # what is wrong up there is no part of what is looked at

    def enter(self, folder: str) -> Iterator[str]:
        """Heed a folder's own `.gitignore`, and what its repository excludes if it is the root of one; what
        cannot be heeded is said: more is looked at then."""
        repository = os.path.join(folder, ".git")
        if os.path.lexists(repository):  # its patterns come first: the `.gitignore` overrules them
            yield from self._heed(_excludes(repository), folder)
        path = os.path.join(folder, ".gitignore")
        if not os.path.islink(path):  # git heeds no link
            yield from self._heed(path, folder)

    def _heed(self, path: str, folder: str) -> Iterator[str]:
        if not os.path.exists(path) or os.path.isdir(path):
            return
        shown = path.replace(os.sep, "/")
        try:
            text = read_regular(path, MEGABYTE).decode("utf-8-sig", "replace")
        except OSError as error:
            yield f"{shown}: cannot be read: {error.strerror}; nothing was ignored for it"
            return
        lines = [line.removesuffix("\r") for line in text.split("\n")]
        for number, line in enumerate(lines, 1):
            if _too_many_stars(line):
                yield f"{shown}:{number}: has too many stars to be matched; it was not heeded"
        said = [line for line in lines if line and not line.startswith("#")]
        if not said:
            return
        from pathspec import GitIgnoreSpec  # only where there are patterns to match

        heeded = [line for line in map(_as_git_reads, said) if _is_pattern(line)]
        self._specs.append((os.path.abspath(folder), Spec(heeded, GitIgnoreSpec.from_lines(heeded))))

    def __call__(self, path: str) -> bool:
        """Whether some pattern ignores a path; a folder's ends with a slash."""
        if not self._specs:
            return False
        absolute = os.path.abspath(path) + ("/" if path.endswith("/") else "")
        # Those of the deepest folder come last: they overrule those above.
        answers = (
            spec.ignores(absolute[len(base) + 1 :])
            for base, spec in reversed(self._specs)
            if absolute.startswith(base + os.sep)
        )
        return next((answer for answer in answers if answer is not None), False)


def _as_git_reads(line: str) -> str:
    """More than two stars in a row are, to git, as good as one; classes of characters have names; of blanks
    only spaces at the end are left out."""
    line = re.sub(r"[\t\f\v]|^ +", lambda found: "".join(f"[{one}]" for one in found[0]), line)
    return re.sub(r"\[:([a-z]+):\]", lambda found: _CLASSES.get(found[1], ""), re.sub(r"\*{3,}", "*", line))


def _too_many_stars(line: str) -> bool:
    parts = line.split("/")
    stars = [len(re.findall(r"\*+", part)) for part in parts]
    again = sum(count - 1 for count in stars if count)
    return not line.startswith("#") and max(*stars, parts.count("**"), again) > MOST_STARS


def _is_pattern(line: str) -> bool:
    """Whether a line can match anything: git takes any line, and one that makes no sense matches nothing."""
    from pathspec import GitIgnoreSpec

    if _too_many_stars(line):
        return False
    try:
        GitIgnoreSpec.from_lines([line])
    except Exception:  # it has no one class for a pattern it cannot compile
        return False
    return True


def _up_to_repository(folder: str) -> list[str]:
    """The folders above one, as far as the root of its repository; none outside of a repository."""
    above, parent = [], os.path.dirname(folder)
    while not os.path.exists(os.path.join(folder, ".git")):
        if parent == folder:
            return []
        folder, parent = parent, os.path.dirname(parent)
        above.append(folder)
    return above


def _excludes(repository: str) -> str:
    """Where a repository's own patterns lie: beside what its work trees share. In a work tree that was added,
    and in a submodule, `.git` is a file that says where that is."""
    if os.path.isdir(repository):
        return os.path.join(repository, "info", "exclude")
    said = _first_line(repository)
    if not said.startswith("gitdir: "):
        return ""
    own = os.path.join(os.path.dirname(repository), said.removeprefix("gitdir: "))
    return os.path.join(own, _first_line(os.path.join(own, "commondir")), "info", "exclude")


def _first_line(file: str) -> str:
    """Of a file in which git says where another one lies; nothing where there is none."""
    try:
        return os.fsdecode(read_regular(file, MOST_PATH)).partition("\n")[0].rstrip("\r")
    except OSError:
        return ""
