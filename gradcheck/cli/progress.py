"""What is said on standard error while a job runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TextIO

from gradcheck.base.printable import printable


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
    """Progress on one line that is replaced, only on a terminal; and what a reader of the report would miss.

    `tells` is whether the report goes where the choices that were made would not be seen.
    """

    def __init__(self, *, verbose: bool, tells: bool) -> None:
        self.verbose = verbose
        self._tells = tells
        self._terminal = sys.stderr.isatty()

    def about(self, what: str) -> Callable[[str], None]:
        """Progress of one thing."""
        return lambda text: self.say(f"{what}: {text}")

    def say(self, text: str) -> None:
        """Show this line in place of the last one."""
        if self._terminal:
            width = columns(sys.stderr) - 1
            sys.stderr.write(f"\r\x1b[K{f'gradcheck: {printable(text)} ...'[:width]}")
            sys.stderr.flush()

    def tell(self, text: str) -> None:
        """Say something that is to stay, where the report will not say it."""
        if self._tells:
            self.announce(text)

    def announce(self, text: str) -> None:
        """Say something that is to stay."""
        self.clear()
        sys.stderr.write(f"gradcheck: {printable(text)}\n")
        sys.stderr.flush()

    def clear(self) -> None:
        """Leave the terminal as it was."""
        if self._terminal:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
