"""Processes that descend from one another, and how to end them without hitting a by-stander.

Standard library only. A process is named by its id *and* the moment it began, as the kernel tells them: an id
alone may belong to somebody else by the time it is used.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
_LONGEST = 5.0
"""Seconds that ending children may take: one that waits for a device cannot be ended at all."""


@dataclass(frozen=True)
class Process:
    """One process as the kernel knows it; `began` is in clock ticks since the machine started."""

    pid: int
    parent: int
    began: int


class Family:
    """A process of ours and every descendant of it that was seen while it lived."""

    def __init__(self, pid: int) -> None:
        self._root = pid
        self._seen: dict[int, Process] = {}

    def look(self) -> None:
        """Remember who descends from the process now."""
        for one in descendants(self._root):
            self._seen.setdefault(one.pid, one)

    def end(self) -> None:
        """End every descendant that was seen. Never the process itself: whoever started it does that."""
        self.look()
        for one in self._seen.values():
            _end(one)


def descendants(pid: int) -> list[Process]:
    """Every process that descends from `pid` now, where the system says so in /proc; else none."""
    children: dict[int, list[Process]] = {}
    for one in _processes():
        children.setdefault(one.parent, []).append(one)
    found, left = [], [pid]
    while left:
        born = children.pop(left.pop(), [])
        found += born
        left += [one.pid for one in born]
    return found


def end_children() -> None:
    """End all children of the present process, and theirs: it adopts them when it is their subreaper.

    A child keeps its id until it is waited for, so that no other process can have it.
    """
    until = time.monotonic() + _LONGEST
    while _reaped() and time.monotonic() < until:
        me = os.getpid()
        for one in _processes():
            if one.parent == me:
                with suppress(OSError):
                    os.kill(one.pid, KILL)
        time.sleep(0.005)


def _reaped() -> bool:
    """Wait for the children that have ended; whether any is left."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return False
    return True


def _end(one: Process) -> None:
    """End one process if it is still the same."""
    if one.pid <= 1 or one.pid == os.getpid() or not hasattr(os, "pidfd_open"):
        return
    with suppress(OSError):
        handle = os.pidfd_open(one.pid)
        try:
            now = _process(one.pid)
            if now is not None and now.began == one.began:
                signal.pidfd_send_signal(handle, KILL)
        finally:
            os.close(handle)


def _processes() -> Iterator[Process]:
    with suppress(OSError):
        for name in os.listdir("/proc"):
            if name.isdigit() and (found := _process(int(name))) is not None:
                yield found


def _process(pid: int) -> Process | None:
    with suppress(OSError, ValueError, IndexError):
        # The name, in parentheses, may hold anything; what follows it may not.
        words = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
        return Process(pid, int(words[1]), int(words[19]))
    return None
