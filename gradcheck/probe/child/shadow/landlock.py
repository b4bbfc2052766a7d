"""What is not redirected is refused by the kernel: Landlock lets this process and its children write to a few
folders alone. Linux only; standard library only.
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


def allow_writes_only_to(folders: Sequence[str]) -> bool:
    """Whether all of a file's contents are safe: an older kernel lets files be cut short. Modes, times and
    owners are what none guards. Raises OSError where the kernel cannot."""
    version = kernel.call(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(_ASK_VERSION))
    writes = _WRITES | sum(bit for since, bit in _SINCE.items() if version >= since)
    asked = struct.pack("=Q", writes)
    rules = kernel.call(_CREATE, asked, ctypes.c_size_t(len(asked)), ctypes.c_uint32(0))
    try:
        for folder in folders:
            with suppress(FileNotFoundError):
                _allow(rules, folder, writes)
        kernel.control(_NO_NEW_PRIVILEGES, 1)
        kernel.call(_RESTRICT, ctypes.c_int(rules), ctypes.c_uint32(0))
    finally:
        os.close(rules)
    return version >= max(_SINCE)


def _allow(rules: int, folder: str, writes: int) -> None:
    handle = os.open(folder, os.O_PATH)
    try:
        rule = struct.pack("=Qi", writes, handle)
        kernel.call(_ADD, ctypes.c_int(rules), ctypes.c_int(_BELOW_PATH), rule, ctypes.c_uint32(0))
    finally:
        os.close(handle)
