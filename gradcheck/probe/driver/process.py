"""Runs the child process and makes sure that nothing of it is left. Standard library only."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Protocol

from gradcheck.probe.driver.clock import Clock
from gradcheck.probe.job.family import Family

KEPT = 16_384
"""Bytes of the program's last output that are kept, for the reason of a crash; the rest is dropped."""
HEARTBEAT = 5.0
"""Seconds of a program's time after which it is said how far it is."""
GRACE = 5.0
"""Seconds a child that has said all may take to run the program's exit handlers."""


@dataclass(frozen=True)
class Ended:
    """How a child ended: its exit code (negative: the signal), or None if it had to be stopped."""

    code: int | None
    tail: str


class Process(Protocol):
    """A process that runs one program, as `subprocess.Popen` shows it."""

    stdout: IO[bytes] | None

    @property
    def pid(self) -> int: ...

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def kill(self) -> None: ...


Start = Callable[[int], Process]
"""Starts a process that is held by a leash: the reading end of a pipe that ends with the present process."""


def supervise(
    start: Start,
    *,
    timeout: float,
    finished: Callable[[], bool],
    waiting: Callable[[float], None] = lambda _: None,
    echo: bool = False,
) -> Ended:
    """Start a process on a leash, and let it run until it ends, said all, or the time is up.

    The leash is a pipe that ends with this process, however that ends; a byte on it asks the child to end.
    It ends all that it started, so that nothing of it is left when this returns.
    """
    _open_standard_streams()
    leash, held = os.pipe()
    try:
        process = start(leash)
    except BaseException:
        os.close(held)
        raise
    finally:
        os.close(leash)
    tail, family = _Tail(process, echo=echo), Family(process.pid)
    try:
        code = _wait(process, timeout, finished, family, waiting)
    finally:
        _end(process, family, held)
    return Ended(code, tail.text())


def started(command: Sequence[str], environment: Mapping[str, str]) -> Start:
    """A process of its own for a command, which is given the leash as its last argument."""

    def start(leash: int) -> Process:
        return subprocess.Popen(
            [*command, str(leash)],
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=(leash,),
        )

    return start


def first_of(one: Start, other: Start) -> Start:
    """The first way, and the other one where that is not to be had."""

    def start(leash: int) -> Process:
        with suppress(OSError):
            return one(leash)
        return other(leash)

    return start


def _open_standard_streams() -> None:
    """Without standard input, output or error the next file opened would become one of them."""
    while (handle := os.open(os.devnull, os.O_RDWR)) < 3:
        pass
    os.close(handle)


def _end(process: Process, family: Family, held: int) -> None:
    """The child ends what it started and then itself; what it cannot do any more is done from here.

    It is asked also when it has ended: a program that ended it may have left one of its guards.
    """
    until = time.monotonic() + GRACE
    with suppress(OSError):
        os.write(held, b".")
    try:
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=GRACE)
        while _is_held(held) and time.monotonic() < until:
            time.sleep(0.005)
    finally:  # also where an interrupt ends the waiting
        family.end()
        process.kill()
        process.wait()
        os.close(held)


def _is_held(writing_end: int) -> bool:
    """Whether any process has the other end of a pipe."""
    if not hasattr(select, "poll"):
        return False
    poll = select.poll()
    poll.register(writing_end, 0)
    return not poll.poll(0)


def _wait(
    process: Process,
    timeout: float,
    finished: Callable[[], bool],
    family: Family,
    waiting: Callable[[float], None],
) -> int | None:
    """The exit code; None when the time is up. `waiting` is called with how much of it was used."""
    clock, left = Clock(process.pid), timeout
    said = 0.0
    while left > 0:
        with suppress(subprocess.TimeoutExpired):
            return process.wait(timeout=min(0.25, max(0.01, left)))
        family.look()
        left -= clock.spent()
        if finished():
            left = min(left, GRACE)
        elif timeout - left >= said + HEARTBEAT:
            said = timeout - left
            waiting(said)
    return None


class _Tail:
    """Reads a process's output so that it never blocks, and keeps its end."""

    def __init__(self, process: Process, *, echo: bool) -> None:
        assert process.stdout is not None
        self._pipe, self._echo, self._kept = process.stdout, echo, b""
        self._thread = threading.Thread(target=self._pump, daemon=True)
        self._thread.start()

    def _pump(self) -> None:
        with suppress(OSError, ValueError):
            while data := os.read(self._pipe.fileno(), 65_536):
                self._kept = (self._kept + data)[-KEPT:]
                if self._echo:
                    self._show(data)

    @staticmethod
    def _show(data: bytes) -> None:
        # Whoever reads standard error may be gone: the program's output must be read all the same.
        with suppress(OSError, ValueError, AttributeError):
            sys.stderr.write(data.decode("utf-8", "replace"))

    def text(self) -> str:
        # A grandchild that outlives the program may hold the pipe open: do not wait for its end of file.
        self._thread.join(timeout=1.0)
        with suppress(OSError):
            if not self._thread.is_alive():
                self._pipe.close()
        return self._kept.decode("utf-8", "replace")
