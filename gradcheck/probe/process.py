"""Runs the child process and makes sure that nothing of it is left. Standard library only."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
KEPT = 16_384
"""Bytes of the program's last output that are kept, for the reason of a crash; the rest is dropped."""
GRACE = 5.0
"""Seconds a child that has said all may take to run the program's exit handlers."""


@dataclass(frozen=True)
class Ended:
    """How a child ended: its exit code (negative: the signal), or None if it had to be stopped."""

    code: int | None
    tail: str


def supervise(
    command: Sequence[str],
    environment: Mapping[str, str],
    *,
    timeout: float,
    finished: Callable[[], bool],
    echo: bool = False,
) -> Ended:
    """Run `command` in its own session until it ends, said all, or the time is up; then end its family."""
    process = subprocess.Popen(
        command,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    tail = _Tail(process, echo=echo)
    family = _Family(process.pid)
    try:
        code = _wait(process, time.monotonic() + timeout, finished, family)
    finally:
        family.end()
        process.kill()
        process.wait()
    return Ended(code, tail.text())


def _wait(
    process: subprocess.Popen[bytes], deadline: float, finished: Callable[[], bool], family: _Family
) -> int | None:
    while (now := time.monotonic()) < deadline:
        with suppress(subprocess.TimeoutExpired):
            return process.wait(timeout=min(0.25, max(0.01, deadline - now)))
        family.look()
        if finished():
            deadline = min(deadline, now + GRACE)
    return None


class _Tail:
    """Reads a process's output so that it never blocks, and keeps its end."""

    def __init__(self, process: subprocess.Popen[bytes], *, echo: bool) -> None:
        assert process.stdout is not None
        self._pipe, self._echo, self._kept = process.stdout, echo, b""
        self._thread = threading.Thread(target=self._pump, daemon=True)
        self._thread.start()

    def _pump(self) -> None:
        with suppress(OSError, ValueError):
            while data := os.read(self._pipe.fileno(), 65_536):
                self._kept = (self._kept + data)[-KEPT:]
                if self._echo:
                    sys.stderr.write(data.decode("utf-8", "replace"))

    def text(self) -> str:
        # A grandchild that outlives the program may hold the pipe open: do not wait for its end of file.
        self._thread.join(timeout=1.0)
        with suppress(OSError):
            if not self._thread.is_alive():
                self._pipe.close()
        return self._kept.decode("utf-8", "replace")


class _Family:
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
                os.killpg(self._pid, _KILL)
        self.end_others()

    def end_others(self) -> None:
        """End every descendant seen. An id used again since is another process: its start time tells."""
        table = dict(_processes())
        for pid, began in self._seen.items():
            if pid != self._pid and pid in table and table[pid][1] == began:
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, _KILL)


def end_descendants(pid: int) -> None:
    """End what a process started and did not wait for, but not the process itself."""
    family = _Family(pid)
    family.look()
    family.end_others()


def _processes() -> Iterator[tuple[int, tuple[int, str]]]:
    """Every process as (id, (parent's id, start time)), where the system says so in /proc; else nothing."""
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, ValueError, IndexError):
            # The name, in parentheses, may hold anything; what follows it may not.
            words = entry.read_text(errors="replace").rpartition(")")[2].split()
            yield int(entry.parent.name), (int(words[1]), words[19])
