"""Keeps what a program writes apart from what was there before: it reads it back, then it is thrown away.

Three ways, the best that the system allows: overlays of the kernel's, the program's own calls redirected, or
nothing when the user wants the writes.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from gradcheck.probe.job import load
from gradcheck.probe.job.job import Job


def enter(job: Job, scratch: Path) -> str:
    """Protect all files from this process and what it starts; returns the way it is done."""
    if job.write_through:
        return "none"
    replaced = {path: (scratch / name).read_bytes() for path, name in job.replaced}
    if sys.platform == "linux":
        try:
            from gradcheck.probe.child.shadow import overlay, renames

            overlay.enter(scratch, _needed(job), replaced)
            renames.install()
        except (OSError, ImportError):
            pass
        else:
            return "overlay"
    return "none"


def _needed(job: Job) -> list[str]:
    """Folders that a program may well write to."""
    target = load.parse(job.target)
    here = os.getcwd()
    home = os.path.expanduser("~")
    return [here, str(target.folder), tempfile.gettempdir(), *([home] if os.access(home, os.W_OK) else [])]
