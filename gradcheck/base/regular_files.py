"""Reads files that may be anything: only regular ones, and no more of them than was agreed."""

from __future__ import annotations

import errno
import os
import stat

MEGABYTE = 1_000_000


Stamp = tuple[int, int, int, int]
"""What changes with a regular file: which one it is, its size, and when it was changed."""


def stamp(path: str) -> Stamp | None:
    """The stamp of a regular file; None for anything else."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def read_regular(path: str, most: int) -> bytes:
    """The content of a regular file of at most `most` bytes.

    Raises OSError for everything else: a pipe would wait for ever, and a device may never end.
    """
    data = head_of(path, most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, too_large(most))
    return data


def head_of(path: str, size: int) -> bytes:
    """The first bytes of a regular file. Raises OSError for everything else."""
    # Without O_NONBLOCK, opening a pipe would wait for somebody who writes to it.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(path, flags)
    except ValueError as error:  # a zero byte in the name
        raise OSError(errno.EINVAL, str(error)) from None
    with open(handle, "rb") as stream:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file")
        return stream.read(size)


def too_large(most: int) -> str:
    """Why a file of more bytes than this is not read."""
    return f"it is larger than {most / MEGABYTE:g} MB: too large to follow"
