"""Keeps a fault of a project's rule to that rule: what it raises, ends, prints, or never comes back from."""

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


_RUNNING = lock_for_all()
"""One rule at a time: standard output and `os._exit` are exchanged for all threads."""


class TooLongError(BaseException):
    """The rule's time is up. Not an `Exception`, so that its own `except Exception` lets it through."""


class EndedError(BaseException):
    """The rule tried to end the process."""


class Fault:
    """What went wrong in the `with` block, once it is left."""

    def __init__(self, path: str, headline: str) -> None:
        self.path, self.headline = path, headline
        self.problem: Problem | None = None

    def told(self) -> Problem:
        """The problem; there is one where the block did not come to its end."""
        assert self.problem is not None
        return self.problem

    def tell(self, why: str, line: int = 1) -> None:
        """Note what went wrong."""
        shown = os.path.relpath(self.path).replace(os.sep, "/")
        self.problem = Problem(shown, line, f"{self.headline}: {why}")


@contextmanager
def contained(path: str, headline: str) -> Iterator[Fault]:
    """Run code of the rule file at `path`; afterwards the fault knows what went wrong, if anything did.

    What is printed goes to standard error: standard output is the report's.
    """
    fault = Fault(path, headline)
    try:
        with _RUNNING, redirect_stdout(sys.stderr), _no_way_out(), _alarm():
            yield fault
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # whatever a project's file raises is told, never shown as a traceback
        fault.tell(_why(error), _line(error, path))


def _why(error: BaseException) -> str:
    if isinstance(error, TooLongError):
        return f"it took more than {SECONDS:g} s"
    if isinstance(error, SystemExit | EndedError):
        return "it tried to end gradcheck"
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
def _alarm() -> Iterator[None]:
    """Raise when the time is up, and again for a rule that catches even that."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
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
