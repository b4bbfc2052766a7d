"""What ends the command from outside: nothing that it made may be left, whichever way it is ended."""

from __future__ import annotations

import signal
import sys
from types import FrameType
from typing import NoReturn

_ASKED: list[int] = []


def end_orderly() -> None:
    """Let a signal that asks the command to end run through its `finally`s; one that is ignored stays so."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, _leave)


def end_when_interrupted() -> None:
    """Let an interrupt end the command as the other signals do, where a loop would wait for its tasks."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, _leave)


def asked() -> int | None:
    """The signal that has asked this command to end, for where somebody else's loop swallows that."""
    return next(iter(_ASKED), None)


def _leave(number: int, _: FrameType | None) -> NoReturn:
    _ASKED.append(number)
    signal.signal(number, signal.SIG_IGN)  # what is told twice is heard once
    sys.exit(128 + number)
