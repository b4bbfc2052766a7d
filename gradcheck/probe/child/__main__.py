"""The child process: runs one program under a session and reports through a file.

Started by its path under an interpreter that need not know gradcheck: only this package is made importable,
none of the packages installed beside it.
"""

from __future__ import annotations

import atexit
import importlib.machinery
import importlib.util
import json
import os
import sys
from contextlib import suppress
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
_OLDEST = (3, 10)


def serve(ask: Path, answer: Path) -> None:
    """Do the job written at `ask`, keep the outcome at `answer`, and leave without waiting for threads."""
    from gradcheck.probe.child import program
    from gradcheck.probe.job.family import end_descendants
    from gradcheck.probe.job.job import Job
    from gradcheck.probe.job.progress import Scribe

    scribe = Scribe(answer)
    scribe.change()
    try:
        program.probe(Job.loads(ask.read_text(encoding="utf-8")), scribe)
    except BaseException as error:  # a fault of ours must be told, too
        scribe.end("failed", f"the probe itself failed: {type(error).__name__}: {error}")
        if scribe.outcome.reason is None:
            raise
    scribe.change(done=True)
    with suppress(BaseException):
        atexit._run_exitfuncs()
    end_descendants(os.getpid())
    os._exit(0)


class _Package:
    """Finds the package `gradcheck` where this file lies, and nothing else."""

    @staticmethod
    def find_spec(name: str, *_: object) -> importlib.machinery.ModuleSpec | None:
        if name != _ROOT.name:
            return None
        places = [str(_ROOT)]
        return importlib.util.spec_from_file_location(
            name, _ROOT / "__init__.py", submodule_search_locations=places
        )


def _refuse(answer: Path) -> None:
    """Say that this Python is too old for the rest of the package, which it could not even import."""
    running, needed = (".".join(map(str, version)) for version in (sys.version_info[:2], _OLDEST))
    reason = f"Python {running} in {sys.executable} is too old: the probe needs {needed} or newer"
    answer.write_text(json.dumps({"status": "failed", "reason": reason, "done": True}), encoding="utf-8")


def _prepare() -> None:
    if sys.path and Path(sys.path[0]).resolve() == Path(__file__).resolve().parent:
        # Python put our own folder first: its modules are not meant to be found by a program.
        del sys.path[0]
    sys.meta_path.insert(0, _Package)
    with suppress(Exception):
        _die_with_parent()


def _die_with_parent() -> None:
    """Linux: end when the parent is killed, and keep descendants that detach themselves within sight."""
    import ctypes

    kernel = ctypes.CDLL(None)
    set_death_signal, set_subreaper, kill = 1, 36, 9
    kernel.prctl(set_death_signal, kill, 0, 0, 0)
    kernel.prctl(set_subreaper, 1, 0, 0, 0)


if __name__ == "__main__":
    if sys.version_info < _OLDEST:
        _refuse(Path(sys.argv[2]))
        sys.exit()
    _prepare()
    # Through the import system, so that the functions survive the program's own `__main__`.
    from gradcheck.probe.child import __main__ as child

    child.serve(Path(sys.argv[1]), Path(sys.argv[2]))
