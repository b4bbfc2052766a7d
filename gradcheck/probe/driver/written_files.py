"""Says which files of a program's folder changed while it was probed. Standard library only."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

_SKIPPED = {"__pycache__", "node_modules", "site-packages"}
_MOST = 20_000
"""Files looked at: a folder larger than that is not watched."""


class FolderSnapshot:
    """The files below a folder as they are now, to compare with later."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._before = _files(folder)

    def notes(self) -> tuple[str, ...]:
        """One line that names what has changed since, whoever changed it."""
        after = _files(self._folder)
        if self._before is None or after is None:
            return ()
        written = sorted(path for path, stamp in after.items() if self._before.get(path) != stamp)
        if not written:
            return ()
        more = f" and {len(written) - 3} more" if len(written) > 3 else ""
        return (f"files in its folder that changed while the program ran: {', '.join(written[:3])}{more}",)


def _files(folder: Path) -> dict[str, tuple[int, int]] | None:
    found: dict[str, tuple[int, int]] = {}
    for entry in _walk(folder):
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError:
            continue
        found[Path(entry.path).relative_to(folder).as_posix()] = status.st_mtime_ns, status.st_size
        if len(found) > _MOST:
            return None
    return found


def _walk(folder: str | Path) -> Iterator[os.DirEntry[str]]:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if not entry.name.startswith(".") and entry.name not in _SKIPPED:
                yield from _walk(entry.path)
        elif not entry.name.startswith("."):
            yield entry
