"""What files hold in place of what is on disk: what they held earlier, or what an editor has not
saved yet."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import field
from functools import lru_cache

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.source.past import Past


@dataclass(frozen=True)
class Instead:
    """The bytes of all files that hold something else than on disk, those included that are not there, by the
    real paths that they have then; and which files there were, where the time is another one."""

    texts: Mapping[str, bytes] = field(default_factory=dict)
    past: Past | None = None

    def __bool__(self) -> bool:
        """Whether anything may be different."""
        return bool(self.texts) or self.past is not None

    def text(self, path: str) -> bytes | None:
        """What a file holds; None for one that is as on disk."""
        return self.texts.get(self._real(path)) if self.texts else None

    def place(self, path: str) -> str:
        """Where a file that is as on disk lies there: a link may have led elsewhere."""
        return path if self.past is None else self._real(path)

    def is_there(self, path: str) -> bool:
        """Whether a file that is not on disk is there all the same."""
        return self.text(path) is not None or (self.past is not None and self.past.held(self._real(path)))

    def is_new(self, path: str) -> bool:
        """Whether a file is to be none."""
        return self.past is not None and self.past.lacks(self._real(path))

    def differs(self, path: str) -> bool:
        """Whether a file holds something else than on disk, is to be none, or is there and not on disk."""
        if self.text(path) is not None:
            return True
        if self.past is None:
            return False
        on_disk = os.path.isfile(path)
        moved = self._real(path) != _real(path)
        return self.is_new(path) if on_disk and not moved else on_disk or self.is_there(path)

    def _real(self, path: str) -> str:
        return _real(path) if self.past is None else self.past.real(path)


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
