"""What is said on standard error while a job runs."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TextIO

from gradcheck.base.printable import printable

SIGN_OF_LIFE = 60.0
"""Seconds after which a log without a word looks like a run that hangs."""


def columns(stream: TextIO) -> int:
    """The width of a terminal; `shutil` would cost more to load than all that is asked here."""
    wish = os.environ.get("COLUMNS", "")
    if wish.isdecimal() and len(wish) < 6:
        return int(wish)
    try:
        return os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError, AttributeError):
        return 100


class ProgressLine:
    """Progress on one line that is replaced, with the seconds gone by; and what a reader of the report would
    miss. Where no terminal shows it, a run in CI gives a sign of life once a minute.

    `tells` is whether the report goes where the choices that were made would not be seen.
    """

    def __init__(self, *, verbose: bool, tells: bool) -> None:
        self.verbose = verbose
        self._tells = tells
        self._terminal = sys.stderr.isatty()
        self._text = ""
        self._began = self._signed = time.monotonic()
        self._writing = threading.Lock()
        self._cleared: threading.Event | None = None

    def about(self, what: str) -> Callable[[str], None]:
        """Progress of one thing."""
        return lambda text: self.say(f"{what}: {text}")

    def say(self, text: str) -> None:
        """Show this line in place of the last one."""
        with self._writing:
            self._text = text
            self._draw()
        if self._cleared is None and (self._terminal or _in_ci()):
            self._cleared = threading.Event()
            threading.Thread(target=self._tick, args=(self._cleared,), daemon=True).start()

    def tell(self, text: str) -> None:
        """Say something that is to stay, where the report will not say it."""
        if self._tells:
            self.announce(text)

    def announce(self, text: str) -> None:
        """Say something that is to stay."""
        with self._writing:
            self._wipe()
            self._stay(text)

    def clear(self) -> None:
        """Leave the terminal as it was: nothing is shown until something else is said."""
        with self._writing:
            self._text = ""
            self._wipe()
        if self._cleared is not None:
            self._cleared.set()
            self._cleared = None

    def _tick(self, cleared: threading.Event) -> None:
        with suppress(OSError, ValueError):  # a stream that is closed needs no progress
            while not cleared.wait(1.0):
                with self._writing:
                    self._remind()

    def _remind(self) -> None:
        """Show that the last thing that was said still goes on."""
        if self._text and self._terminal:
            self._draw()
        elif self._text and time.monotonic() - self._signed >= SIGN_OF_LIFE:
            self._signed = time.monotonic()
            self._stay(f"{self._text}{self._elapsed()}")

    def _draw(self) -> None:
        if self._terminal:
            width = columns(sys.stderr) - 1
            line = f"gradcheck: {printable(self._text)} ..."
            elapsed = self._elapsed()
            self._write(f"\r\x1b[K{line[: width - len(elapsed)]}{elapsed}")

    def _elapsed(self) -> str:
        seconds = int(time.monotonic() - self._began)
        return f" ({seconds} s)" if seconds >= 2 else ""

    def _wipe(self) -> None:
        if self._terminal:
            self._write("\r\x1b[K")

    def _stay(self, text: str) -> None:
        self._write(f"gradcheck: {printable(text)}\n")

    def _write(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()


def _in_ci() -> bool:
    return bool(os.environ.get("CI"))
