"""What an assistant sends, as the library can read it, and what it is sent, as the library can write it.

Halves of surrogate pairs, which JSON may spell, are no characters: the library refuses a message that holds
one, and whoever sent it would wait for ever.
"""

from __future__ import annotations

import io
import re
from typing import BinaryIO

_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB]%(hex)s\\u[dD][c-fC-F]%(hex)s|u[dD][89a-fA-F]%(hex)s|.)"
    % {b"hex": rb"[0-9a-fA-F]{2}"}
)
_PAIR = 12
_REPLACED = rb"\ufffd"


def without_halves(json: bytes) -> bytes:
    """JSON in which the sign for what is no character stands in the place of each half of a pair."""
    return _ESCAPE.sub(_whole, json)


def _whole(found: re.Match[bytes]) -> bytes:
    text = found[0]
    is_half = text[1:3].lower() == b"ud" and len(text) < _PAIR
    return _REPLACED if is_half else text


class Messages(io.RawIOBase):
    """An input of messages, one a line, of which each can be read."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        if not self._left:
            self._left = without_halves(self._stream.readline())
        part, self._left = self._left[: len(buffer)], self._left[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)
