"""Says which files of a program's folder changed while it was probed. Standard library only."""

from __future__ import annotations

from pathlib import Path

from gradcheck.probe.driver.layers import MOST, entries, is_of_no_interest, listed


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
        return (f"files in its folder that changed while the program ran: {listed(written)}",)


def _files(folder: Path) -> dict[str, tuple[int, int]] | None:
    """When each file was changed, and its size; None for a folder that is too large to be watched."""
    found: dict[str, tuple[int, int]] = {}
    for entry in entries(folder, is_of_no_interest):
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError:
            continue
        found[Path(entry.path).relative_to(folder).as_posix()] = status.st_mtime_ns, status.st_size
        if len(found) > MOST:
            return None
    return found
