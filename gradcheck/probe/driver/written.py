"""Says what a program wrote or removed while its files were kept apart. Standard library only."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from gradcheck.probe.job.scratch import SHADOW

_SKIPPED = {"__pycache__", "node_modules", "site-packages"}
_PASSING = ("/dev/shm", "/var/tmp")
"""Where what is written is meant to pass away, like the folder for temporary files."""
_MOST = 20_000
"""Entries looked at: of more, the rest is not named."""


def notes(scratch: Path, own: Path, replaced: Collection[str]) -> tuple[str, ...]:
    """What the layers in a scratch folder hold.

    `own` is the program's folder, named even when it is temporary; what was `replaced` is no change of the
    program's.
    """
    written, removed = _changes(scratch, own, replaced)
    said = [
        f"the program {word} {_listed(paths)}"
        for word, paths in (("wrote", written), ("removed", removed))
        if paths
    ]
    return (f"{' and '.join(said)}; these changes were thrown away",) if said else ()


def _changes(scratch: Path, own: Path, replaced: Collection[str]) -> tuple[list[str], list[str]]:
    written: list[str] = []
    removed: list[str] = []
    for layer in (scratch / SHADOW).glob("*"):
        root = os.fsdecode((layer / "place").read_bytes())
        removed += _logged(layer / "removed")
        for number, entry in enumerate(_files(layer / "upper")):
            if number > _MOST:
                break
            path = os.path.join(root, os.path.relpath(entry.path, layer / "upper"))
            if not _passes(path, own) and path not in replaced:
                (removed if _is_whiteout(entry) else written).append(path)
    return sorted(written), sorted(removed)


def _logged(path: Path) -> list[str]:
    """What a layer without whiteouts says was removed."""
    return [os.fsdecode(name) for name in path.read_bytes().split(b"\0")[:-1]] if path.exists() else []


def _listed(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
    return ", ".join(paths[:3]) + more


def _files(folder: str | Path) -> Iterator[os.DirEntry[str]]:
    left = [str(folder)]
    while left:
        with suppress(OSError), os.scandir(left.pop()) as entries:
            for entry in entries:
                if entry.name.startswith(".") or entry.name in _SKIPPED:
                    continue
                if entry.is_dir(follow_symlinks=False):
                    left.append(entry.path)
                else:
                    yield entry


def _is_whiteout(entry: os.DirEntry[str]) -> bool:
    """Whether it stands for a removed file, as overlays mark them."""
    status = entry.stat(follow_symlinks=False)
    return stat.S_ISCHR(status.st_mode) and status.st_rdev == 0


def _passes(path: str, own: Path) -> bool:
    if Path(path).is_relative_to(own):
        return False
    return any(Path(path).is_relative_to(one) for one in (tempfile.gettempdir(), *_PASSING))
