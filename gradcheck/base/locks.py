"""Locks around what all threads of a process share, such as the filters of warnings."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _thread import RLock


def lock_for_all() -> RLock:
    """A lock that its own thread may take again. A fork waits for it: a child of a process with threads finds
    it free."""
    made = threading.RLock()
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=made.acquire, after_in_parent=made.release, after_in_child=made.release)
    return made
