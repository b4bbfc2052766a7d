"""Which files a repository had at an earlier time, and where its links led then."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import field
from functools import lru_cache

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.source.ignored import Ignored

MOST_LINKS = 40
"""So many links are followed on the way to one file, as Linux does."""


@dataclass(frozen=True)
class Past:
    """A repository's folder; by their names in it the files that it held, where its links led, and the
    folders of which nobody knows what was in them. Those are as on disk, and so is what git ignores, unless
    it is tracked today. `places` is where the paths led that somebody asked for."""

    root: str
    files: frozenset[str]
    links: Mapping[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    tracked: frozenset[str] = frozenset()
    places: dict[str, str] = field(default_factory=dict)

    def held(self, real: str) -> bool:
        """Whether a file was there."""
        return self._name(real) in self.files

    def lacks(self, real: str) -> bool:
        """Whether a file is known not to have been there."""
        name = self._name(real)
        return name is not None and name not in self.files and not self._as_on_disk(real, name)

    def real(self, path: str) -> str:
        """Where a path led to."""
        try:
            whole = os.path.abspath(path)
        except (OSError, ValueError):  # the current folder is gone
            return path
        if whole not in self.places:
            self.places[whole] = self._led_to(whole)
        return self.places[whole]

    def _led_to(self, path: str) -> str:
        drive, inside = os.path.splitdrive(path)
        place, left, links = drive + os.sep, [*reversed(inside.split(os.sep))], 0
        while left:
            part = left.pop()
            place = os.path.dirname(place) if part == os.pardir else os.path.join(place, part)
            target = None if part in ("", os.curdir, os.pardir) else self._link(place)
            if target is not None and links < MOST_LINKS:
                links += 1
                left += reversed(target.split(os.sep))
                place = drive + os.sep if os.path.isabs(target) else os.path.dirname(place)
        return os.path.normpath(place)

    def _link(self, place: str) -> str | None:
        """What a link said; None for what was none."""
        name = self._name(place)
        if name in self.links:
            return self.links[name or ""]
        try:
            if os.path.islink(place) and (name is None or self._as_on_disk(place, name)):
                return os.readlink(place)
        except (OSError, ValueError):  # a zero byte in the name
            pass
        return None

    def _name(self, place: str) -> str | None:
        """A file's name in the repository, None outside of it."""
        if not place.startswith(os.path.join(self.root, "")):
            return None
        return place[len(self.root) :].strip(os.sep).replace(os.sep, "/")

    def _as_on_disk(self, place: str, name: str) -> bool:
        unknown = name.startswith(tuple(f"{folder}/" for folder in self.unknown))
        return unknown or (name not in self.tracked and _ignored(place))


def _ignored(place: str) -> bool:
    folder = os.path.dirname(place)
    return _within(folder)(place) or _ignored_folder(folder)


@lru_cache(maxsize=8192)
def _ignored_folder(folder: str) -> bool:
    above = os.path.dirname(folder)
    if above == folder or os.path.exists(os.path.join(folder, ".git")):
        return False
    return _within(above)(f"{folder}/") or _ignored_folder(above)


@lru_cache(maxsize=1024)
def _within(folder: str) -> Ignored:
    """What is ignored of a folder's own content."""
    ignored = Ignored(folder)
    list(ignored.enter(folder))  # what is wrong with the patterns is said by the walk
    return ignored
