"""Keeps what a program writes apart from what was there before: it reads it back, then it is thrown away.

Three ways, the best that the system allows: overlays of the kernel's, the program's own calls redirected, or
nothing when the user wants the writes. Signals to others are kept from all of them.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gradcheck.probe.job import load
from gradcheck.probe.job.job import Job
from gradcheck.probe.job.scratch import SHADOW

FORCED = "GRADCHECK_PROTECTION"
"""An environment variable that forgoes the overlay when it says `redirection`: to try the other way."""


@dataclass(frozen=True)
class Protection:
    """How files are protected, what is not, and what is still to be done when TensorFlow is loaded."""

    kind: str
    notes: tuple[str, ...] = ()
    loaded: Callable[[], None] = lambda: None


def enter(job: Job, scratch: Path) -> Protection:
    """Protect all files from this process and what it starts, and other processes from its signals."""
    if job.write_through:
        _keep_signals_inside()
        return Protection("none")
    replaced = {path: (scratch / name).read_bytes() for path, name in job.replaced}
    if sys.platform == "linux" and os.environ.get(FORCED) != "redirection":
        with suppress(OSError, ImportError):
            from gradcheck.probe.child.shadow import overlay, renames

            overlay.enter(scratch, _needed(job), replaced)
            renames.install()
            _keep_signals_inside()
            return Protection("overlay")
    from gradcheck.probe.child.shadow import redirection

    return redirection.enter(scratch / SHADOW / "0", scratch, replaced)


def _keep_signals_inside() -> None:
    """Let the program signal what it starts alone, where the kernel can: not its guards, nor anybody else."""
    if sys.platform == "linux":
        with suppress(OSError, ImportError):
            from gradcheck.probe.child.shadow import landlock

            landlock.keep_signals_inside()


def _needed(job: Job) -> list[str]:
    """Folders that a program may well write to."""
    target = load.parse(job.target)
    home = os.path.expanduser("~")
    return [
        os.getcwd(),
        str(target.folder),
        tempfile.gettempdir(),
        *([home] if os.access(home, os.W_OK) else []),
    ]
