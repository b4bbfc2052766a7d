"""Which files git ignores, by the `.gitignore` files above and below a folder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


class Ignored:
    """Asked of each path below a folder; the patterns of a folder are read when the walk enters it."""

    def __init__(self, folder: str) -> None:
        self._specs: list[tuple[str, GitIgnoreSpec]] = []
        for above in _up_to_repository(os.path.abspath(folder)):
            self.enter(above)

    def enter(self, folder: str) -> None:
        """Heed a folder's own `.gitignore`."""
        path = os.path.join(folder, ".gitignore")
        if not os.path.isfile(path):
            return
        from pathspec import GitIgnoreSpec  # only where there are patterns to match

        with open(path, encoding="utf-8", errors="replace") as stream:
            self._specs.append((os.path.abspath(folder), GitIgnoreSpec.from_lines(stream)))

    def __call__(self, path: str) -> bool:
        """Whether some pattern ignores a path; a folder's ends with a slash."""
        if not self._specs:
            return False
        absolute = os.path.abspath(path) + ("/" if path.endswith("/") else "")
        return any(
            spec.match_file(absolute[len(base) + 1 :])
            for base, spec in self._specs
            if absolute.startswith(base + os.sep)
        )


def _up_to_repository(folder: str) -> list[str]:
    """The folders above one, as far as the root of its repository; none outside of a repository."""
    above, parent = [], os.path.dirname(folder)
    while not os.path.exists(os.path.join(folder, ".git")):
        if parent == folder:
            return []
        folder, parent = parent, os.path.dirname(parent)
        above.append(folder)
    return above
