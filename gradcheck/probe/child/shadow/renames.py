"""Renaming folders where an overlay cannot: one that lies in the lower layer would have to be copied.

The kernel then says that source and target are on different devices, which no program expects of one folder.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from functools import wraps
from typing import Any


def install() -> None:
    """Let `os.rename` and `os.replace` copy a folder that cannot be renamed."""
    for name in ("rename", "replace"):
        setattr(os, name, _patient(getattr(os, name)))


def _patient(rename: Callable[..., None]) -> Callable[..., None]:
    @wraps(rename)
    def renamed(source: Any, target: Any, **where: Any) -> None:
        try:
            return rename(source, target, **where)
        except OSError as error:
            if where or error.errno != errno.EXDEV or not _same_device(source, target):
                raise
        if os.path.isdir(target):
            os.rmdir(target)  # as `rename` does: only an empty one can be replaced
        shutil.copytree(source, target, symlinks=True)
        shutil.rmtree(source)
        return None

    return renamed


def _same_device(source: Any, target: Any) -> bool:
    above = os.path.dirname(os.path.abspath(os.fspath(target)))
    return os.path.isdir(source) and os.stat(source).st_dev == os.stat(above).st_dev
