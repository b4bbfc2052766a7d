"""The processes between the parent and a program: whatever the program does to itself, nothing of it is left.

The guard adopts what the program leaves behind, and ends all of it when the program has ended or the parent
is gone, however the parent went. Where no Landlock keeps its signals inside, the program may end its
guard, which therefore has guards of its own: the one that is left does the work of all. None of them runs
code of the program's. Standard library only.
"""

from __future__ import annotations

import os
import select
import signal
import sys
from contextlib import suppress
from pathlib import Path

from gradcheck.probe.job.family import KILL, end_children
from gradcheck.probe.job.scratch import remove

_DEATH_SIGNAL, _SUBREAPER = 1, 36
"""What `prctl` calls them."""
_CONTINUE = 7
"""What `ptrace` calls it."""


def split(leash: int, scratch: Path, outer: int = 1) -> None:
    """Return in a new process, which is to run the program; the present one guards it and never returns.

    `leash` is a pipe that ends with the parent, and then `scratch`, a folder, is removed; a byte on it asks
    to end the program. It is open in the guards alone: when nobody holds it any more, all of them are gone.
    `outer` is how many guards the guard has.
    """
    if not hasattr(os, "fork"):
        return
    for _ in range(outer):
        adopt()
        if guard := os.fork():
            _guard_the_guard(guard)
    adopt()
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    before = signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake)
    guard = os.getpid()
    program = os.fork()
    if program:
        _guard(program, leash, woken, scratch)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, before)
    for handle in (leash, woken, wake):
        os.close(handle)
    _control(_DEATH_SIGNAL, KILL)
    os.setsid()  # a signal to its own group is for the program alone
    if os.getppid() != guard:
        os._exit(1)


def adopt() -> None:
    """Become the parent of what descends from this process and loses its own."""
    _control(_SUBREAPER, 1)


def _guard_the_guard(guard: int) -> None:
    """Wait for the guard, and end what it could not."""
    status = KILL
    try:
        while (ended := os.waitpid(-1, 0))[0] != guard:
            pass
        status = ended[1]
        end_children()
    finally:
        _end_alike(status)


def _guard(program: int, leash: int, woken: int, scratch: Path) -> None:
    status, tensor = 0, False
    try:
        status, tensor = _until_the_end(program, leash, woken)
        if sys.platform != "linux":
            with suppress(OSError):
                os.killpg(program, KILL)
        end_children()
        if tensor:
            remove(scratch)
    finally:
        _end_alike(status)


def _until_the_end(program: int, leash: int, woken: int) -> tuple[int, bool]:
    """Wait for the program, and for what it left to us; its status, and whether the parent went first."""
    while True:
        ready = select.select([leash, woken], [], [])[0]
        if woken in ready:
            os.read(woken, 4096)
        with suppress(ChildProcessError):
            while ended := os.waitpid(-1, os.WNOHANG):
                if os.WIFSTOPPED(ended[1]):
                    _let_go_on(*ended)
                elif ended[0] == program:
                    return ended[1], False
                if not ended[0]:
                    break
        if leash in ready:
            return KILL, not os.read(leash, 1)


def _let_go_on(process: int, status: int) -> None:
    """Continue a process that has asked to be traced (`PTRACE_TRACEME`), and so stops at every signal."""
    with suppress(Exception):
        import ctypes

        number = os.WSTOPSIG(status)
        passed = 0 if number in (signal.SIGTRAP, signal.SIGSTOP) else number
        ctypes.CDLL(None).ptrace(_CONTINUE, process, None, ctypes.c_void_p(passed))


def _end_alike(status: int) -> None:
    """End as the program did, so that the parent sees its exit code or its signal."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        with suppress(OSError, ValueError):
            import resource

            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
    os._exit(os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 1)


def _control(option: int, value: int) -> None:
    """`prctl`, where there is one."""
    if sys.platform == "linux":
        with suppress(Exception):
            import ctypes

            ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
