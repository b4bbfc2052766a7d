"""Says what a program wrote or removed while its files were kept apart. Standard library only."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Collection
from itertools import islice
from pathlib import Path

from gradcheck.probe.driver.layers import MOST, entries, is_of_no_interest, layers, listed

_PASSING = ("/dev/shm", "/var/tmp")
"""Where what is written is meant to pass away, like the folder for temporary files."""


def notes(scratch: Path, own: Path, replaced: Collection[str]) -> tuple[str, ...]:
    """What the layers in a scratch folder hold.

    `own` is the program's folder, named even when it is temporary; what was `replaced` is no change of the
    program's.
    """
    written, removed = _changes(scratch, own, replaced)
    said = [
        f"the program {word} {listed(paths)}"
        for word, paths in (("wrote", written), ("removed", removed))
        if paths
    ]
    return (f"{' and '.join(said)}; these changes were thrown away",) if said else ()


def _changes(scratch: Path, own: Path, replaced: Collection[str]) -> tuple[list[str], list[str]]:
    written: list[str] = []
    removed: list[str] = []
    for layer in layers(scratch):
        removed += layer.removed
        for entry in islice(entries(layer.upper, is_of_no_interest), MOST):
            path = os.path.join(layer.place, os.path.relpath(entry.path, layer.upper))
            if not _passes(path, own) and path not in replaced:
                (removed if _is_whiteout(entry) else written).append(path)
    return sorted(written), sorted(removed)


def _is_whiteout(entry: os.DirEntry[str]) -> bool:
    """Whether it stands for a removed file, as overlays mark them."""
    status = entry.stat(follow_symlinks=False)
    return stat.S_ISCHR(status.st_mode) and status.st_rdev == 0


def _passes(path: str, own: Path) -> bool:
    if Path(path).is_relative_to(own):
        return False
    return any(Path(path).is_relative_to(one) for one in (tempfile.gettempdir(), *_PASSING))
