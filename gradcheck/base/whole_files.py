"""Files that are written whole or not at all: a reader never meets half of one."""

from __future__ import annotations

import os
import stat

_LONGEST = 100
"""Bytes of a file's name in that of its unfinished copy: a file system limits both."""


def replace_whole(target: str, data: bytes) -> None:
    """Write a file in one step, keeping its mode. Its unfinished copy has a name that nobody else's has.

    Raises OSError, and leaves the old file.
    """
    folder, name = os.path.split(target)
    old = os.stat(target) if os.path.exists(target) else None
    part = os.path.join(folder, f".{beginning(name)}.{os.urandom(8).hex()}.part")
    # What only its owner may read is not shown meanwhile.
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if old else 0o666)
    try:
        with open(handle, "wb") as stream:
            stream.write(data)
        if old:
            os.chmod(part, stat.S_IMODE(old.st_mode))
        os.replace(part, target)
    except BaseException:
        os.unlink(part)
        raise


def beginning(name: str) -> str:
    """So much of a file's name as the name of its unfinished copy can hold."""
    return os.fsencode(name)[:_LONGEST].decode(errors="ignore")
