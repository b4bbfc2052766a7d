"""Runs code of a project's rules in a process of its own, where the system can fork one: whatever it ends,
breaks or leaves running ends with that process."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

Made = TypeVar("Made")

GRACE = 2.0
"""Seconds beyond its time in which a process may say itself that it took too long."""
_LOOK = 0.5
"""Seconds between two looks for who started a process."""
_end_process = os._exit  # exchanged while a rule runs


class GoneError(Exception):
    """The process ended, or had to be ended, before all was made; its text says why."""


def apart(make: Callable[[], Iterable[Made]], seconds: float) -> Iterator[Made]:
    """What is made in another process, each thing in so many seconds. Raises GoneError.

    Where the system cannot fork, it is made here.
    """
    if not hasattr(os, "fork"):
        yield from make()
        return
    try:
        reader, child = _begun(make)
    except OSError as error:
        raise GoneError(f"no process can be started for it: {error.strerror}") from None
    lost: str | None = None
    try:
        while (one := _next(reader, seconds + GRACE)) is not None:
            yield one[0]
    except TimeoutError:
        lost = f"it took more than {seconds:g} s"
    except EOFError:
        lost = ""
    except Exception as error:  # what it sends may be of any class, and so may what that raises here
        lost = f"what it yields cannot be handed on: {error}"
    finally:
        reader.close()
        ending = _ended(child)
    if lost is not None:
        raise GoneError(lost or ending)


def _begun(make: Callable[[], Iterable[Made]]) -> tuple[Connection, int]:
    """A process that makes something, and the end of the pipe where that arrives."""
    from multiprocessing import Pipe  # most projects have no rules of their own

    reader, writer = Pipe(duplex=False)
    started_by = os.getpid()
    sys.stderr.flush()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of threads: none of them goes on in the child
        child = os.fork()
    if child == 0:
        _work(make, writer, started_by)
    writer.close()
    _lead_a_group(child)
    return reader, child


def _work(make: Callable[[], Iterable[Made]], writer: Connection, started_by: int) -> NoReturn:
    """All that the process does."""
    try:
        _lead_a_group(0)
        gc.freeze()  # what was there before is looked through for garbage by nobody, and stays shared
        os.dup2(2, 1)  # standard output is the report's
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        threading.Thread(target=_end_with, args=(started_by,), daemon=True).start()
        me = os.getpid()
        for one in make():
            if os.getpid() != me:  # a fork of the rule's
                _end_process(0)
            writer.send((one,))
        writer.send(None)
    finally:
        with suppress(BaseException):
            sys.stderr.flush()
        _end_process(1)


def _lead_a_group(process: int) -> None:
    """Give a process a group of its own, in which what it starts can be ended. Both sides do so: neither
    knows which is first."""
    with suppress(OSError):
        os.setpgid(process, 0)


def _end_with(process: int) -> None:
    while os.getppid() == process:
        time.sleep(_LOOK)
    with suppress(OSError):
        os.killpg(os.getpid(), signal.SIGKILL)
    _end_process(1)


def _next(reader: Connection, seconds: float) -> tuple[Any] | None:
    """The next thing that was made, None after the last. Raises TimeoutError, or EOFError."""
    if not reader.poll(seconds):
        raise TimeoutError
    found: tuple[Any] | None = reader.recv()
    return found


def _ended(child: int) -> str:
    """End what is left of a process and of what it started; how it had ended, as a sentence."""
    for end in (os.killpg, os.kill):
        with suppress(OSError):
            end(child, signal.SIGKILL)
    try:
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    except OSError:  # somebody else has asked already
        return "it ended its process"
    if code == -signal.SIGKILL:  # perhaps by us
        return "its process was killed"
    known = {one.value for one in signal.Signals}
    by = signal.Signals(-code).name if -code in known else f"exit code {code}"
    return f"it ended its process ({by})"
