"""The child process: runs one program under a session and reports through a file.

Started by its path under an interpreter that need not know gradcheck: only this package is made importable,
none of the packages installed beside it.
"""

from __future__ import annotations

import atexit
import importlib.machinery
import importlib.util
import os
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradcheck.probe.job.job import Job

_HERE = Path(__file__).resolve()
_ROOT = _HERE.parents[2]
_OLDEST = (3, 10)


def serve(folder: Path) -> None:
    """Do the job written in the folder, keep the outcome there, and leave without waiting for threads."""
    from gradcheck.probe.child import shadow
    from gradcheck.probe.child.shadow import outside
    from gradcheck.probe.job import job as jobs
    from gradcheck.probe.job.answer import Answer
    from gradcheck.probe.job.outcome_file import OutcomeWriter
    from gradcheck.probe.job.said import said

    leave = os._exit  # a program may replace it
    job = jobs.Job.loads((folder / "job.json").read_text(encoding="utf-8"))
    writer = OutcomeWriter(Answer(folder))
    try:
        # Before TensorFlow is loaded: a process with threads cannot leave its user namespace.
        protection = shadow.enter(job, folder)
        writer.change(protection=protection.kind, notes=protection.notes)
        if protection.kind != "none":
            outside.install(writer.note)
        from gradcheck.probe.child import program, warm

        warm.put_back()
        program.probe(job, writer, protection.loaded)
    except BaseException as error:  # a fault of ours must be reported, too
        if writer.outcome.trained:
            writer.end("broken", f"after the program had trained the probe could not go on: {said(error)}")
        else:
            writer.end("failed", f"{_blamed(error, job)}: {said(error)}")
    writer.change(done=True)
    with suppress(BaseException):
        atexit._run_exitfuncs()
    leave(0)


def _blamed(error: BaseException, job: Job) -> str:
    """Who is at fault: what a program puts in the place of a library's functions runs in our code, too."""
    from gradcheck.probe.job import load

    with suppress(BaseException):
        if not _HERE.exists():
            return "the program took the files of this installation out of sight (chroot, an unmounted disk)"
        folder = str(load.parse(job.target).folder)
        frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
        own = [frame for frame in frames if frame.f_code.co_filename.startswith(folder)]
        if own and isinstance(error, SystemExit):
            at = f"{os.path.basename(own[-1].f_code.co_filename)}:{own[-1].f_lineno}"
            return f"the program ended itself in {own[-1].f_code.co_name}() ({at})"
        if own:
            return "the program replaced what the probe works with"
    return "the probe itself failed"


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


def _refuse(folder: Path) -> None:
    """Say that this Python is too old for the rest of the package, which it could not even import."""
    running, needed = (".".join(map(str, version)) for version in (sys.version_info[:2], _OLDEST))
    reason = f"Python {running} in {sys.executable} is too old: the probe needs {needed} or newer"
    (folder / "refused.txt").write_text(reason, encoding="utf-8")


def _prepare() -> None:
    if sys.path and Path(sys.path[0]).resolve() == Path(__file__).resolve().parent:
        # Python put our own folder first: its modules are not meant to be found by a program.
        del sys.path[0]
    sys.meta_path.insert(0, _Package)


if __name__ == "__main__":
    _waits = sys.argv[1] == "--wait"
    _folder, _leash = (Path(), 0) if _waits else (Path(sys.argv[1]), int(sys.argv[2]))
    if sys.version_info < _OLDEST:
        _refuse(_folder)
        sys.exit()
    _prepare()
    if _waits:
        from gradcheck.probe.child import warm

        _order = warm.wait(int(sys.argv[2]), sys.argv[3] or None)
        _folder, _leash = _order.folder, _order.leash
    from gradcheck.probe.child.guard import split

    # A process that waits for orders guards all guards; one by itself has nobody above it but the command.
    split(_leash, _folder, outer=1 if _waits else 2)
    # Through the import system, so that the functions survive the program's own `__main__`.
    from gradcheck.probe.child import __main__ as child

    child.serve(_folder)
