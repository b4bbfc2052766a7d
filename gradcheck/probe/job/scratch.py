"""The folder that one run keeps its things in: gone when the run is, or when the next one looks for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PREFIX = "gradcheck-run-"
_LOCK = "lock"
SHADOW = "shadow"
"""The folder in it that holds what the program wrote."""


@contextmanager
def scratch() -> Iterator[Path]:
    """A new folder; folders of runs that were killed are removed, too."""
    sweep()
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX)).resolve()
    handle = _locked(folder)
    try:
        yield folder
    finally:
        remove(folder)
        os.close(handle)


def sweep() -> None:
    """Remove the folders that no living run holds."""
    with suppress(OSError):
        for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
            if not folder.is_symlink() and folder.stat().st_uid == os.getuid() and not _held(folder):
                remove(folder)


def remove(folder: Path) -> None:
    """Remove a folder as far as it can be: an overlay leaves folders that nobody may enter."""
    left = [str(folder)]
    while left:
        with suppress(OSError):
            path = left.pop()
            if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
                os.chmod(path, 0o700)
            with os.scandir(path) as found:
                left += [entry.path for entry in found if entry.is_dir(follow_symlinks=False)]
    try:
        shutil.rmtree(folder, ignore_errors=True)
    except RecursionError:
        subprocess.run(["rm", "-rf", "--", str(folder)], check=False)


def _locked(folder: Path) -> int:
    """A lock that ends with this process. It gets its name when it is held: nobody finds it open."""
    part = folder / f"{_LOCK}.part"
    handle = os.open(part, os.O_RDWR | os.O_CREAT, 0o600)
    with suppress(ImportError, OSError):
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        part.rename(folder / _LOCK)
    return handle


def _held(folder: Path) -> bool:
    """Whether the run that made this folder is alive, or may be."""
    try:
        import fcntl

        handle = os.open(folder / _LOCK, os.O_RDWR)
    except (ImportError, OSError):
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False
