"""Sets up the shadow that needs no overlay: redirected calls, refusals, and files with other contents."""

from __future__ import annotations

import importlib.machinery
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gradcheck.probe.child.shadow import Protection, savers
from gradcheck.probe.child.shadow.layer import Layer
from gradcheck.probe.child.shadow.redirect import Redirector

_FREE = ("/dev", "/proc", "/sys")
_UNGUARDED = "what native code and other programs wrote was not kept apart: this system allows no better way"


def enter(place: Path, scratch: Path, replaced: Mapping[str, bytes]) -> Protection:
    """Lead this process's calls to a layer at `place`; `replaced` gives files other contents."""
    upper = place / "upper"
    upper.mkdir(parents=True)
    (place / "place").write_bytes(b"/")
    _move_temporary_files(scratch)
    layer = Layer(str(upper), (str(scratch), *_FREE))
    for path, data in replaced.items():
        Path(layer.copied(os.path.realpath(path), keep=False)).write_bytes(data)
    _read_modules_from({os.path.realpath(path): data for path, data in replaced.items()})
    notes = () if _refuse_the_rest(scratch) else (_UNGUARDED,)
    redirector = Redirector(layer)
    redirector.install()
    savers.install_database(redirector)
    return Protection("redirection", notes, lambda: savers.install(redirector))


def _move_temporary_files(scratch: Path) -> None:
    """Native code asks the environment where to put them."""
    (scratch / "temporary").mkdir()
    os.environ["TMPDIR"] = str(scratch / "temporary")
    tempfile.tempdir = None


def _refuse_the_rest(scratch: Path) -> bool:
    """Whether the kernel refuses every other write."""
    if sys.platform != "linux":
        return False
    from gradcheck.probe.child.shadow import landlock

    try:
        return landlock.allow_writes_only_to((str(scratch), *_FREE))
    except OSError:
        return False


def _read_modules_from(files: Mapping[str, bytes]) -> None:
    """The import system reads files by itself: give it the contents of those that have others."""
    sys.dont_write_bytecode = True
    loader: Any = importlib.machinery.SourceFileLoader
    read, stats = loader.get_data, loader.path_stats

    def get_data(self: Any, path: str) -> bytes:
        found = files.get(os.path.realpath(path))
        return read(self, path) if found is None else found

    def path_stats(self: Any, path: str) -> Any:
        found = files.get(os.path.realpath(path))
        return stats(self, path) if found is None else {"mtime": -1, "size": len(found)}

    loader.get_data, loader.path_stats = get_data, path_stats
