"""Processes of a pool that must not outlive the command, however it is ended."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
import warnings
from multiprocessing.connection import wait

_LOOK = 0.5
"""Seconds between two looks for who started a process."""


def end_with(process: int) -> None:
    """Let this process be told to end once the one that started it is gone. Where a system gives the children
    of that to nobody else (Windows), nothing is noticed."""
    threading.Thread(target=_end_after, args=(process,), daemon=True).start()


def _end_after(process: int) -> None:
    while os.getppid() == process:
        time.sleep(_LOOK)
    os.kill(os.getpid(), signal.SIGTERM)  # so that it puts in order what it has made


def begin() -> None:
    """What each worker does first: end at once when the process that started it is gone.

    An interrupt from the keyboard is for the parent, which ends its workers. As the command, it shows no
    warnings.
    """
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    threading.Thread(target=_watch, daemon=True).start()


def _watch() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def end(before: set[int | None]) -> None:
    """End the workers that were started since, `before` being the ids of older children."""
    for child in multiprocessing.active_children():
        if child.pid not in before:
            child.kill()


def children() -> set[int | None]:
    """The ids of the children that there are now."""
    return {child.pid for child in multiprocessing.active_children()}
