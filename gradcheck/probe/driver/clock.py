"""How much time a process had: a machine that is busy with others does not use up its limit.

Standard library only.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


class Clock:
    """Counts the time of one process.

    While it computes, its processor time counts, but no more than the time that went by: while it waits for
    something else than a processor, the time that went by. Without /proc it is always that.
    """

    def __init__(self, pid: int) -> None:
        self._tasks = Path(f"/proc/{pid}/task")
        self._ticks = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
        self._then = time.monotonic()
        self._used = 0.0

    def spent(self) -> float:
        """Seconds since the last time this was asked."""
        now, tasks = time.monotonic(), list(self._states())
        passed, self._then = now - self._then, now
        used = sum(seconds for _, seconds in tasks)
        computed, self._used = max(used - self._used, 0.0), used
        runnable = any(state == "R" for state, _ in tasks)
        return min(passed, computed) if runnable else passed

    def _states(self) -> Iterator[tuple[str, float]]:
        """What each thread does now, and the processor time it had."""
        for entry in self._tasks.glob("*/stat"):
            with suppress(OSError, ValueError, IndexError):
                # The name, in parentheses, may hold anything; what follows it may not.
                words = entry.read_text(errors="replace").rpartition(")")[2].split()
                yield words[0], (int(words[11]) + int(words[12])) / self._ticks
