"""Keeps a fault of a project's rule to that rule: what it raises, ends, prints, leaves running, or never
comes back from."""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from types import FrameType
from typing import NoReturn

from gradcheck.base.locks import lock_for_all
from gradcheck.report.report import Problem

SECONDS = 10.0
"""How long a rule may take over one file, where the system has an alarm clock (Linux, macOS)."""
MOMENT = 0.5
"""Seconds in which a thread that has nothing more to do comes to its end."""


_RUNNING = lock_for_all()
"""One rule at a time: standard output and `os._exit` are exchanged for all threads."""


class TooLongError(BaseException):
    """The rule's time is up. Not an `Exception`, so that its own `except Exception` lets it through."""


class EndedError(BaseException):
    """The rule tried to end the process."""


class LeftRunningError(Exception):
    """The rule came to its end, a thread of its did not."""


class _Interrupt(KeyboardInterrupt):
    """An interrupt from the keyboard; any other is raised by the rule."""


class Fault:
    """What went wrong in the `with` block, once it is left."""

    def __init__(self, path: str, headline: str) -> None:
        self.path, self.headline = path, headline
        self.problem: Problem | None = None

    def tell(self, why: str, line: int = 1) -> None:
        """Note what went wrong."""
        self.problem = problem(self.path, self.headline, why, line)


def problem(path: str, headline: str, why: str, line: int = 1) -> Problem:
    """What is said of the rule file at `path`."""
    return Problem(os.path.relpath(path).replace(os.sep, "/"), line, f"{headline}: {why}")


@contextmanager
def contained(path: str, headline: str) -> Iterator[Fault]:
    """Run code of the rule file at `path`; afterwards the fault knows what went wrong, if anything did.

    What is printed goes to standard error: standard output is the report's.
    """
    fault = Fault(path, headline)
    try:
        with _RUNNING, redirect_stdout(sys.stderr), _no_way_out(), _interrupts(), _no_threads(), _alarm():
            yield fault
    except _Interrupt:
        raise
    except BaseException as error:  # whatever a project's file raises is told, never shown as a traceback
        fault.tell(_why(error), _line(error, path))


def _why(error: BaseException) -> str:
    if isinstance(error, TooLongError):
        return f"it took more than {SECONDS:g} s"
    if isinstance(error, SystemExit | EndedError):
        return "it tried to end gradcheck"
    if isinstance(error, LeftRunningError):
        return "it leaves a thread running"
    said = str(error)
    return f"{type(error).__name__}: {said}" if not type(error).__name__.startswith("_") else said


def _line(error: BaseException, path: str) -> int:
    """The last line of the rule's own file that the error came through."""
    if isinstance(error, SyntaxError) and error.lineno:
        return error.lineno
    lines = [
        entry.lineno
        for entry in traceback.extract_tb(error.__traceback__)
        if os.path.abspath(entry.filename) == os.path.abspath(path)
    ]
    return (lines[-1] if lines else None) or 1


@contextmanager
def _no_way_out() -> Iterator[None]:
    """`os._exit` cannot be caught: while a rule runs, it raises."""

    def refuse(status: int) -> NoReturn:
        raise EndedError

    leave = os._exit
    os._exit = refuse
    try:
        yield
    finally:
        os._exit = leave


@contextmanager
def _interrupts() -> Iterator[None]:
    """Tell an interrupt from the keyboard from one that the rule raises."""
    if not _is_main() or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return

    def interrupt(number: int, frame: FrameType | None) -> NoReturn:
        raise _Interrupt

    signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def _no_threads() -> Iterator[None]:
    """Raise where a thread is left that the process would wait for at its end."""
    before = {*threading.enumerate()}
    yield
    left = [one for one in {*threading.enumerate()} - before if not one.daemon]
    for one in left:
        one.join(MOMENT)
    if any(one.is_alive() for one in left):
        raise LeftRunningError


def _is_main() -> bool:
    return threading.current_thread() is threading.main_thread()


@contextmanager
def _alarm() -> Iterator[None]:
    """Raise when the time is up, and again for a rule that catches even that."""
    if not hasattr(signal, "setitimer") or not _is_main():
        yield
        return

    def ring(number: int, frame: FrameType | None) -> NoReturn:
        raise TooLongError

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, SECONDS, 0.1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
