"""What ends the command from outside: nothing that it made may be left, whichever way it is ended."""

from __future__ import annotations

import signal
import sys
from types import FrameType
from typing import NoReturn


def end_orderly() -> None:
    """Let a signal that asks the command to end run through its `finally`s; one that is ignored stays so."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, _leave)


def _leave(number: int, _: FrameType | None) -> NoReturn:
    signal.signal(number, signal.SIG_IGN)  # what is told twice is heard once
    sys.exit(128 + number)
