"""What a run leaves in its scratch folder of the files that it wrote, and the walk over a folder's files.
Standard library only."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gradcheck.probe.job.scratch import SHADOW

_NOT_WRITTEN_BY_HAND = {"__pycache__", "node_modules", "site-packages"}
MOST = 20_000
"""Files looked at in one folder."""


@dataclass(frozen=True)
class Layer:
    """What was written below one folder, its `place`: in `upper` it has the same path below."""

    place: str
    upper: Path
    removed: tuple[str, ...]


def layers(scratch: Path) -> Iterator[Layer]:
    """The layers of a run whose files were kept apart."""
    for folder in (scratch / SHADOW).glob("*"):
        place = os.fsdecode((folder / "place").read_bytes())
        yield Layer(place, folder / "upper", _logged(folder / "removed"))


def _logged(path: Path) -> tuple[str, ...]:
    """What a layer without whiteouts says was removed."""
    return tuple(os.fsdecode(name) for name in path.read_bytes().split(b"\0")[:-1]) if path.exists() else ()


def entries(
    folder: str | Path, passes_over: Callable[[str], bool] = lambda _: False
) -> Iterator[os.DirEntry[str]]:
    """Everything below a folder but the folders themselves; links are listed, not followed. What cannot be
    read is left out. Each folder is listed before its entries are given, so they may be moved."""
    left = [str(folder)]
    while left:
        with suppress(OSError), os.scandir(left.pop()) as found:
            for entry in [*found]:
                if passes_over(entry.name):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    left.append(entry.path)
                else:
                    yield entry


def is_of_no_interest(name: str) -> bool:
    """Whether nobody asks for what a file or folder of this name holds: tools write it."""
    return name.startswith(".") or name in _NOT_WRITTEN_BY_HAND


def listed(paths: Sequence[str]) -> str:
    """The first paths, and how many more there are, as far as they were looked at."""
    least = "at least " if len(paths) >= MOST else ""
    more = f" and {least}{len(paths) - 3} more" if len(paths) > 3 else ""
    return ", ".join(paths[:3]) + more
