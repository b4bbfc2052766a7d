"""A process and all that descends from it, so that nothing of it is left. Standard library only."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

KILL = getattr(signal, "SIGKILL", signal.SIGTERM)


class Family:
    """A process, its group, and every descendant seen while it lived, also those that left the group."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._seen: dict[int, str] = {}

    def look(self) -> None:
        """Remember who descends from the process now."""
        table = dict(_processes())
        known = {self._pid, *self._seen}
        while grown := {pid for pid, (parent, _) in table.items() if parent in known} - known:
            known |= grown
        self._seen |= {pid: table[pid][1] for pid in known if pid in table}

    def end(self) -> None:
        """End all of them."""
        self.look()
        if hasattr(os, "killpg"):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._pid, KILL)
        self.end_others()

    def end_others(self) -> None:
        """End every descendant seen. An id used again since is another process: its start time tells."""
        table = dict(_processes())
        for pid, began in self._seen.items():
            if pid != self._pid and pid in table and table[pid][1] == began:
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, KILL)


def end_descendants(pid: int) -> None:
    """End what a process started and did not wait for, but not the process itself."""
    family = Family(pid)
    family.look()
    family.end_others()


def _processes() -> Iterator[tuple[int, tuple[int, str]]]:
    """Every process as (id, (parent's id, start time)), where the system says so in /proc; else nothing."""
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, ValueError, IndexError):
            # The name, in parentheses, may hold anything; what follows it may not.
            words = entry.read_text(errors="replace").rpartition(")")[2].split()
            yield int(entry.parent.name), (int(words[1]), words[19])
