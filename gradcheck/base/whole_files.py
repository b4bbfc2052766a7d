"""Files that are written whole or not at all: a reader never meets half of one."""

from __future__ import annotations

import os
import stat
from contextlib import suppress

_LONGEST = 100
"""Bytes of a file's name in that of its unfinished copy: a file system limits both."""


def replace_whole(target: str, data: bytes) -> None:
    """Write a file in one step, keeping its mode, and its owner where that is possible. Its unfinished
    copy has a name that nobody else's has.

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
            with suppress(PermissionError):
                keep_owner(part, old)
            os.chmod(part, stat.S_IMODE(old.st_mode))
        os.replace(part, target)
    except BaseException:
        os.unlink(part)
        raise


def keep_owner(part: str, old: os.stat_result) -> None:
    """Give an unfinished copy to the owner of the file whose place it takes. Its mode is set afterwards: with
    a new owner the system takes special bits away.

    Raises PermissionError.
    """
    new = os.stat(part)
    if hasattr(os, "chown") and (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid):
        os.chown(part, old.st_uid, old.st_gid)


def beginning(name: str) -> str:
    """So much of a file's name as the name of its unfinished copy can hold."""
    return os.fsencode(name)[:_LONGEST].decode(errors="ignore")
