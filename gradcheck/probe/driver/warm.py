"""Processes that have imported TensorFlow and fork for every run, so that it is imported once for a command.

One for each environment that programs are run in. Where it cannot be had, each run starts a process of its
own as if there were none.
"""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO

from gradcheck.probe.driver.process import Process, Start

SERVES = hasattr(os, "fork") and hasattr(socket, "send_fds")
_CHILD = Path(__file__).parents[1] / "child" / "__main__.py"
_PATIENCE = 300.0
"""Seconds that importing TensorFlow may take."""
_MOST = 2
"""Processes kept: one for each Keras."""
_FAREWELL = 2.0


class Warm:
    """The warm processes of one command; ended with it."""

    def __init__(self) -> None:
        self._servers: dict[tuple[tuple[str, str], ...], _Server] = {}

    def __enter__(self) -> Warm:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self._servers.values():
            server.close()
        self._servers.clear()

    def starting(self, environment: Mapping[str, str], keras: str | None) -> Callable[[Path], Start] | None:
        """What starts a run on a folder in this environment; None where that cannot be had. Importing
        TensorFlow begins now."""
        if not SERVES:
            return None
        key = tuple(sorted(environment.items()))
        server = self._servers.get(key)
        if server is None or not server.alive:
            self._make_room()
            server = self._servers[key] = _Server(environment, keras)
        return server.start if server.alive else None

    def _make_room(self) -> None:
        while len(self._servers) >= _MOST:
            self._servers.pop(next(iter(self._servers))).close()


class _Server:
    def __init__(self, environment: Mapping[str, str], keras: str | None) -> None:
        ours, theirs = socket.socketpair()
        self._channel = ours
        self._last: _Forked | None = None
        try:
            self._process: subprocess.Popen[bytes] | None = subprocess.Popen(
                [sys.executable, str(_CHILD), "--wait", str(theirs.fileno()), keras or ""],
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                pass_fds=(theirs.fileno(),),
            )
        except OSError:
            self._process = None
        finally:
            theirs.close()

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._process is not None and self._process.poll() is None

    def start(self, folder: Path) -> Start:
        """A run of the job in a folder, for `supervise`; raises OSError when it cannot be had after all."""

        def begin(leash: int) -> Process:
            if self._last is not None and self._last.poll() is None:
                self.close()
                raise OSError("it still waits for the run before")
            read, write = os.pipe()
            try:
                order = json.dumps({"folder": str(folder), "here": os.getcwd()}).encode()
                socket.send_fds(self._channel, [order], [leash, write])
                self._last = _Forked(self._channel, os.fdopen(read, "rb", buffering=0))
            except OSError:
                os.close(read)
                self.close()
                raise
            finally:
                os.close(write)
            return self._last

        return begin

    def close(self) -> None:
        """End it: it ends when nobody can ask it any more."""
        with suppress(OSError):
            self._channel.close()
        if self._process is not None:
            try:
                with suppress(subprocess.TimeoutExpired):
                    self._process.wait(timeout=_FAREWELL)
            finally:  # also where an interrupt ends the waiting
                self._process.kill()
                self._process.wait()
                self._process = None


class _Forked:
    """A forked run, as `subprocess` shows one."""

    def __init__(self, channel: socket.socket, stdout: IO[bytes]) -> None:
        self._channel, self._unread = channel, b""
        self.stdout: IO[bytes] | None = stdout
        self.returncode: int | None = None
        number = self._line(_PATIENCE)
        if number is None:
            raise OSError("the process that is to fork does not answer")
        self.pid = number

    def poll(self) -> int | None:
        """The exit code, or minus the signal; None while it runs."""
        if self.returncode is None:
            self._take(0.0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """The exit code; raises subprocess.TimeoutExpired."""
        if self.returncode is None:
            self._take(_PATIENCE if timeout is None else timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0.0)
        return self.returncode

    def kill(self) -> None:
        """End it, if it is not known to have ended: until then nobody else can have its process id."""
        if self.poll() is None:
            with suppress(OSError):
                os.kill(self.pid, 9)

    def _take(self, timeout: float) -> None:
        try:
            status = self._line(timeout)
        except OSError:
            status = 9  # the process that forked it is gone, and can tell no more
        if status is not None:
            self.returncode = os.waitstatus_to_exitcode(status)

    def _line(self, timeout: float) -> int | None:
        """The next number that arrives in time. Raises OSError when none can."""
        until = time.monotonic() + timeout
        while b"\n" not in self._unread:
            ready = select.select([self._channel], [], [], max(0.0, until - time.monotonic()))[0]
            if not ready:
                return None
            data = self._channel.recv(64)
            if not data:
                raise ConnectionError("the process that forks is gone")
            self._unread += data
        line, _, self._unread = self._unread.partition(b"\n")
        return int(line)
