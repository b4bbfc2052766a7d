"""The stream of an editor's messages, of which each begins with a header that says its length.

A header that cannot be understood ends it: nobody knows where the next message begins.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from gradcheck.base.regular_files import MEGABYTE

MOST_BYTES = 128 * MEGABYTE
"""Of one message. The largest text that is looked at is far smaller, however it is escaped."""
_MOST_HEADER = 8192
_TOO_LONG = f"it is longer than {_MOST_HEADER} bytes"
_LENGTH = b"content-length"


class HeaderError(Exception):
    """Why a header cannot be understood."""


class Messages:
    """An input that gives whole headers, each as its length alone, and what follows them."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._header: Iterator[bytes] = iter(())

    def readline(self) -> bytes:
        """The next line of a header, nothing at the end. Raises HeaderError."""
        line = next(self._header, None)
        if line is None:
            self._header = iter(self._read_header())
            line = next(self._header)
        return line

    def read(self, size: int) -> bytes:
        """So much of what follows a header."""
        return self._stream.read(size)

    def _read_header(self) -> tuple[bytes, ...]:
        length, read = None, 0
        while (line := self._stream.readline(_MOST_HEADER)).endswith(b"\n"):
            read += len(line)
            if read > _MOST_HEADER:
                raise HeaderError(_TOO_LONG)
            name, colon, value = line.partition(b":")
            if name.strip().lower() == _LENGTH:
                length = _length(value.strip())
            elif line.strip() and not colon:
                raise HeaderError(f"it has a line that is no field: {line!r:.60}")
            elif not line.strip() and length is not None:
                return (b"Content-Length: %d\r\n" % length, b"\r\n")
            elif not line.strip() and read > len(line):
                raise HeaderError("it says no Content-Length")
        if len(line) == _MOST_HEADER:
            raise HeaderError(_TOO_LONG)
        return (b"",)


def _length(value: bytes) -> int:
    if not value.isdigit():
        raise HeaderError(f"its Content-Length is no number: {value!r:.60}")
    if len(value) > len(str(MOST_BYTES)) or int(value) > MOST_BYTES:
        raise HeaderError(f"its Content-Length is more than {MOST_BYTES / MEGABYTE:g} MB")
    return int(value)
