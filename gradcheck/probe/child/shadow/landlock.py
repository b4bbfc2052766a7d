"""What the kernel refuses to this process and its children by Landlock: to write outside of a few folders, to
signal any other. Linux only; standard library only.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Sequence
from contextlib import suppress

from gradcheck.probe.child.shadow import kernel

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_ASK_VERSION, _BELOW_PATH, _NO_NEW_PRIVILEGES = 1, 1, 38
_WRITES = sum(1 << bit for bit in (1, 4, 5, 6, 7, 8, 9, 10, 11, 12))
"""Write to a file, remove folders and files, make whatever has a name."""
_SINCE = {2: 1 << 13, 3: 1 << 14}
"""What later versions can forbid, too: to move files between folders, to truncate."""
_SIGNALS, _SIGNALS_SINCE = 1 << 1, 6


def allow_writes_only_to(folders: Sequence[str]) -> bool:
    """Whether all of a file's contents are safe: an older kernel lets files be cut short. Modes, times and
    owners are what none guards. Signals are kept inside, too, where the kernel can. Raises OSError where it
    cannot guard files."""
    version = _version()
    writes = _WRITES | sum(bit for since, bit in _SINCE.items() if version >= since)
    rules = _rules(version, writes)
    try:
        for folder in folders:
            with suppress(FileNotFoundError):
                _allow(rules, folder, writes)
        _restrict(rules)
    finally:
        os.close(rules)
    return version >= max(_SINCE)


def keep_signals_inside() -> None:
    """From now on this process and what it starts can signal each other alone, whatever rights they have.

    Not beside a restriction of writes, which would then refuse to move files between folders: that one keeps
    signals inside by itself. Raises OSError where the kernel cannot.
    """
    if (version := _version()) < _SIGNALS_SINCE:
        raise OSError("this Landlock does not know of signals")
    rules = _rules(version, 0)
    try:
        _restrict(rules)
    finally:
        os.close(rules)


def _version() -> int:
    return kernel.call(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(_ASK_VERSION))


def _rules(version: int, writes: int) -> int:
    """Rules that refuse these ways to write and, where the kernel can, signals to others."""
    knows_signals = version >= _SIGNALS_SINCE
    asked = struct.pack("=QQQ", writes, 0, _SIGNALS) if knows_signals else struct.pack("=Q", writes)
    return kernel.call(_CREATE, asked, ctypes.c_size_t(len(asked)), ctypes.c_uint32(0))


def _restrict(rules: int) -> None:
    kernel.control(_NO_NEW_PRIVILEGES, 1)
    kernel.call(_RESTRICT, ctypes.c_int(rules), ctypes.c_uint32(0))


def _allow(rules: int, folder: str, writes: int) -> None:
    handle = os.open(folder, os.O_PATH)
    try:
        rule = struct.pack("=Qi", writes, handle)
        kernel.call(_ADD, ctypes.c_int(rules), ctypes.c_int(_BELOW_PATH), rule, ctypes.c_uint32(0))
    finally:
        os.close(handle)
