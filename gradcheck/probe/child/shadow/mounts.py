"""What is mounted where, and which folders an overlay can lie over. Linux only."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_NO_FILES = frozenset(
    (
        *("autofs", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "debugfs", "devpts", "devtmpfs"),
        *("efivarfs", "fusectl", "hugetlbfs", "mqueue", "nsfs", "proc", "pstore", "rpc_pipefs"),
        *("securityfs", "selinuxfs", "sysfs", "tracefs"),
    )
)
"""File systems that hold no files of anybody's: devices, processes, settings of the kernel."""


@dataclass(frozen=True)
class Mount:
    """One line of `/proc/self/mountinfo`."""

    point: str
    kind: str
    options: tuple[str, ...]

    @property
    def holds_files(self) -> bool:
        """Whether a program could change somebody's files there."""
        return self.kind not in _NO_FILES and "ro" not in self.options and os.path.isdir(self.point)


@dataclass(frozen=True)
class Layout:
    """`islands` are folders without mounts below them; `spines` are the folders on the way to mounts."""

    islands: tuple[str, ...]
    spines: tuple[str, ...]

    def island_of(self, path: str) -> str | None:
        """The island a path lies in."""
        return next((one for one in self.islands if is_below(path, one)), None)


def mounts() -> list[Mount]:
    """All that is mounted and can be reached."""
    found: list[Mount] = []
    for line in Path("/proc/self/mountinfo").read_text(errors="surrogateescape").splitlines():
        before, _, after = line.partition(" - ")
        words = before.split(" ")
        point = re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), words[4])
        if _mount_at(point) == words[0]:
            found.append(Mount(point, after.split(" ")[0], tuple(words[5].split(","))))
    return found


def _mount_at(path: str) -> str:
    """The number of the mount that a path leads to: another one may lie over it."""
    try:
        handle = os.open(path, os.O_PATH)
    except OSError:
        return ""
    try:
        told = Path(f"/proc/self/fdinfo/{handle}").read_text()
    finally:
        os.close(handle)
    return next((line.split()[1] for line in told.splitlines() if line.startswith("mnt_id:")), "")


def layout(found: Sequence[Mount]) -> Layout:
    """Where to lay an overlay: under it, a mount would be hidden."""
    points = {one.point for one in found}
    islands: list[str] = []
    spines: list[str] = []
    for one in found:
        if one.holds_files:
            for folder, whole in _divided(one.point, points):
                (islands if whole else spines).append(folder)
    return Layout(tuple(islands), tuple(spines))


def _divided(folder: str, points: set[str]) -> Iterator[tuple[str, bool]]:
    if not any(point != folder and is_below(point, folder) for point in points):
        yield folder, True
        return
    yield folder, False
    try:
        with os.scandir(folder) as found:
            entries = sorted(entry.path for entry in found if entry.is_dir(follow_symlinks=False))
    except OSError:
        return
    for path in entries:
        if path not in points:
            yield from _divided(path, points)


def is_below(path: str, folder: str) -> bool:
    """Whether a path is a folder or lies in it; both absolute."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")
