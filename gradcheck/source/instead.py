"""What files hold in place of what is on disk: what they held earlier, or what an editor has not
saved yet."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import field
from functools import lru_cache

from gradcheck.base.lazy_dataclass import dataclass


@dataclass(frozen=True)
class Instead:
    """The bytes of all files that hold something else than on disk, those included that are not there, and
    the files that are there and are to be none; by their real paths."""

    texts: Mapping[str, bytes] = field(default_factory=dict)
    new: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Whether anything is different."""
        return bool(self.texts or self.new)

    def text(self, path: str) -> bytes | None:
        """What a file holds; None for one that is as on disk."""
        return self.texts.get(_real(path)) if self.texts else None

    def differs(self, path: str) -> bool:
        """Whether a file holds something else than on disk, or is to be none."""
        return bool(self) and (_real(path) in self.texts or _real(path) in self.new)

    def is_new(self, path: str) -> bool:
        """Whether a file is to be none."""
        return bool(self.new) and _real(path) in self.new


ON_DISK = Instead()
"""As things are on disk."""


def _real(path: str) -> str:
    try:
        return _leads_to(os.path.abspath(path))
    except (OSError, ValueError):  # the current folder is gone; a zero byte in the name
        return path


@lru_cache(maxsize=65_536)
def _leads_to(path: str) -> str:
    return os.path.realpath(path)
