"""Ends what takes too long, from within: nothing that a file makes us do may go on for ever."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn


class TooLongError(BaseException):
    """The time is up. No `Exception`, so that nothing on the way takes it for a failure of its own."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise TooLongError once what runs here has used so much processor time. Without effect where there is
    no such timer, and outside of the main thread, which alone can be interrupted."""
    if not hasattr(signal, "SIGVTALRM"):
        yield
        return
    try:
        before = signal.signal(signal.SIGVTALRM, _too_long)
    except ValueError:
        yield
        return
    try:
        # Again and again, should the first one be swallowed, as an exception in a destructor is.
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds, 1.0)
        yield
    finally:
        try:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        except TooLongError:  # it came at the very end
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _too_long(number: int, frame: FrameType | None) -> NoReturn:
    raise TooLongError
