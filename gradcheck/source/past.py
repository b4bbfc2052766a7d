"""What files held earlier, for a check of a project as it was: nothing of it need be on disk."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import field
from functools import lru_cache

from gradcheck.base.lazy_dataclass import dataclass


@dataclass(frozen=True)
class Past:
    """The bytes of all files that held something else than they do now, those included that are gone, and
    the files that were not there; by their real paths."""

    texts: Mapping[str, bytes] = field(default_factory=dict)
    new: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Whether anything was different."""
        return bool(self.texts or self.new)

    def text(self, path: str) -> bytes | None:
        """What a file held; None for one that holds the same today."""
        return self.texts.get(_real(path)) if self.texts else None

    def differs(self, path: str) -> bool:
        """Whether a file holds something else today, or is new."""
        return bool(self) and (_real(path) in self.texts or _real(path) in self.new)

    def is_new(self, path: str) -> bool:
        """Whether a file was not there."""
        return bool(self.new) and _real(path) in self.new


NOW = Past()
"""As things are on disk."""


def _real(path: str) -> str:
    try:
        return _leads_to(os.path.abspath(path))
    except (OSError, ValueError):  # the current folder is gone; a zero byte in the name
        return path


@lru_cache(maxsize=65_536)
def _leads_to(path: str) -> str:
    return os.path.realpath(path)
