"""Runs the child process and makes sure that nothing of it is left. Standard library only."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from gradcheck.probe.job.family import Family

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
    family = Family(process.pid)
    try:
        code = _wait(process, time.monotonic() + timeout, finished, family)
    finally:
        family.end()
        process.kill()
        process.wait()
    return Ended(code, tail.text())


def _wait(
    process: subprocess.Popen[bytes], deadline: float, finished: Callable[[], bool], family: Family
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
