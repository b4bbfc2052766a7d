"""The system calls of Linux that Python has no functions for. Standard library only."""

from __future__ import annotations

import ctypes
import os

NEW_MOUNTS, NEW_USER = 0x0002_0000, 0x1000_0000
READ_ONLY, NO_SETUID, NO_DEVICES, NO_EXEC, REMOUNT = 1, 2, 4, 8, 32
NO_ACCESS_TIMES, NO_FOLDER_TIMES, BIND, RECURSIVE, PRIVATE, RELATIVE_TIMES = (
    1024,
    2048,
    4096,
    16384,
    1 << 18,
    1 << 21,
)


def unshare(what: int) -> None:
    """Leave the namespaces that the process shares with others. Raises OSError."""
    _checked(_libc().unshare(what), "unshare")


def mount(source: str, target: str, kind: str | None = None, flags: int = 0, options: str = "") -> None:
    """Raises OSError."""
    words = [os.fsencode(source), os.fsencode(target), kind.encode() if kind else None]
    _checked(_libc().mount(*words, ctypes.c_ulong(flags), os.fsencode(options)), f"mount on {target}")


def drop_capabilities() -> None:
    """Give up what a new user namespace gave. Raises OSError."""
    version_3 = 0x2008_0522
    head, sets = (ctypes.c_uint32 * 2)(version_3, 0), (ctypes.c_uint32 * 6)()
    _checked(_libc().capset(head, sets), "capset")


def call(number: int, *arguments: object) -> int:
    """A system call by its number. Raises OSError."""
    return _checked(_libc().syscall(ctypes.c_long(number), *arguments), f"system call {number}")


def control(option: int, value: int) -> None:
    """`prctl`. Raises OSError."""
    _checked(_libc().prctl(option, value, 0, 0, 0), "prctl")


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
