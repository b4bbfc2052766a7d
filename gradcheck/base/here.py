"""The current folder, which somebody may have removed."""

from __future__ import annotations

import os

GONE = "the current folder is gone: change to one that exists"


def has_folder() -> bool:
    """Whether the current folder is still there."""
    try:
        os.getcwd()
    except OSError:
        return False
    return True
