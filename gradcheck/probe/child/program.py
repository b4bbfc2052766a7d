"""One program under a session, in the child: run it; if it trains nothing by itself, make its parts train."""

from __future__ import annotations

import os
import sys
import threading
import traceback
import types
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from gradcheck.probe.child import backend
from gradcheck.probe.engine.seeds import seed
from gradcheck.probe.guess.search import search
from gradcheck.probe.guess.train import follow
from gradcheck.probe.job import importers, load
from gradcheck.probe.job.installed import brings_keras_2, problem
from gradcheck.probe.job.job import Job
from gradcheck.probe.job.left_over import definitions
from gradcheck.probe.job.next_step import next_step
from gradcheck.probe.job.outcome_file import OutcomeWriter
from gradcheck.probe.job.said import kind, sentence, shortened
from gradcheck.probe.job.stand_ins import supplied

if TYPE_CHECKING:
    from gradcheck.probe.engine.session import Session


_leave = os._exit  # a program may replace it in its module
_BAD_USAGE = 2
"""The exit code of a program that wants other arguments."""
_UNTRAINABLE = "nothing trains when the program runs, and no guess made its parts train"
_NOTHING = "nothing trains when the program runs, and it defines no model or layer to try"


def probe(job: Job, writer: OutcomeWriter, loaded: Callable[[], None]) -> None:
    """Do the job; all there is to say goes to the writer. `loaded` is called once TensorFlow is there."""
    if missing := problem(job.keras, job.python):
        writer.end("failed", missing)
        return
    try:
        target = load.parse(job.target)
        load_tensorflow()
        loaded()
        with _following(job):
            _run(job, target, writer)
    except load.UnloadableError as error:
        writer.end("failed", str(error))


def load_tensorflow() -> None:
    """Import TensorFlow, with a Keras that runs on it, and all of ours that needs it; runs no operation."""
    if brings_keras_2(None):
        # There it asks for the package tf_keras instead of the Keras 2 that TensorFlow came with.
        os.environ.pop("TF_USE_LEGACY_KERAS", None)
    with backend.tensorflow():
        from gradcheck.probe.engine import session
        from gradcheck.probe.engine.explain import explain
        from gradcheck.probe.engine.watch.versions import default_version

        default_version()  # imports Keras
        del session, explain


def _following(job: Job) -> AbstractContextManager[None]:
    from gradcheck.probe.engine.watch.shapes_only import followed

    return followed() if job.shapes else nullcontext()


def _run(job: Job, target: load.Target, writer: OutcomeWriter) -> None:
    from gradcheck.probe.engine.session import Session

    mode: Literal["judge", "explain"] = "explain" if job.mode == "explain" else "judge"
    asked = backend.asked()
    with Session(
        mode=mode,
        steps=job.steps,
        project=_project(target),
        shapes=job.shapes,
        on_step=_on_step(writer, target, asked),
    ) as session:
        with backend.tensorflow():
            wrong = _wrong_keras(job, session.snapshot())
        if wrong:
            writer.end("failed", wrong)
            return
        seed()
        with supplied(_project(target)) as missing:
            module = _execute(session, job, target, writer)
            if elsewhere := backend.problem(target, asked):
                writer.end("failed", elsewhere)
                return
            known = job.recipes is None and session.accounted
            module = None if known else module or _left_over(target, writer)
            if module is not None and job.recipes is not None:
                follow(session, module, job, writer)
        if missing:
            writer.note(
                f"not installed, and no gradient depends on it: {', '.join(missing)} (silent stand-in)"
            )
        writer.saw(session.snapshot())
    if module is not None and job.recipes is None and not writer.outcome.trained:
        _search(module, job, target, writer)


def _left_over(target: load.Target, writer: OutcomeWriter) -> types.ModuleType | None:
    """What a program defines that broke before anything trained: it can still be looked at."""
    if writer.outcome.status != "broken" or writer.outcome.trained:
        return None
    return definitions(target)


def _on_step(writer: OutcomeWriter, target: load.Target, asked: str) -> Callable[[dict[str, Any]], None]:
    def saw(snapshot: dict[str, Any]) -> None:
        if elsewhere := backend.problem(target, asked):
            writer.end("failed", elsewhere)
            writer.change(done=True)
            _leave(0)
        writer.saw(snapshot)

    return saw


def _execute(
    session: Session, job: Job, target: load.Target, writer: OutcomeWriter
) -> types.ModuleType | None:
    """Run the program; returns its module if it came to its end, so that there may be more to look at."""
    from gradcheck.probe.engine.session import Stop

    try:
        with importers.kept():
            module = load.execute(target, job.argv, job.target, as_import=bool(job.call))
        _wait_for_threads()
    except load.UnloadableError:
        raise
    except Stop:
        writer.end("ok")
        return None
    except SystemExit as leaving:
        return _left(leaving, session, job, target, writer)
    except BaseException as error:
        session.failed(error)
        if job.shapes and writer.outcome.trained:
            writer.end("ok")
            writer.note(f"{sentence(error)}, where it needs values: it was followed until there")
        else:
            writer.end("broken", sentence(error), _place(error, target))
            if not writer.outcome.trained and (advice := next_step(error, job.target, target.folder)):
                writer.note(advice)
        return None
    finally:
        if not writer.mine:
            # A copy the program forked came to the end of the program: it is not the one that reports.
            _leave(0)
    if job.recipes is None:
        session.finished()
    writer.end("ok")
    return module


def _left(
    leaving: SystemExit, session: Session, job: Job, target: load.Target, writer: OutcomeWriter
) -> types.ModuleType | None:
    """The program called `sys.exit`."""
    writer.saw(session.snapshot())
    said = (
        f"exit code {leaving.code}" if isinstance(leaving.code, int) else f"sys.exit({_shown(leaving.code)})"
    )
    if not leaving.code:
        writer.end("ok")
        return sys.modules["__main__"]
    if writer.outcome.trained:
        writer.end("ok")
        writer.note(f"the program ended with {said}")
    else:
        writer.end("broken", f"the program ended with {said} before any gradient was seen")
        if leaving.code == _BAD_USAGE:
            writer.note(next_step(leaving, job.target, target.folder))
    return None


def _shown(value: object) -> str:
    try:
        return shortened(repr(value))
    except BaseException as error:
        return f"an object that cannot be shown: {kind(error)}"


def _search(module: types.ModuleType, job: Job, target: load.Target, writer: OutcomeWriter) -> None:
    """The program trained nothing: find out how its parts can be, then run it afresh and train them."""
    if job.write_through:
        # It has written what it writes: whatever more is tried is not to write.
        writer.change(status="again", reason=None, place=None)
        return
    broke = writer.outcome.status == "broken"
    recipes, notes = search(module, job, target, broke=broke)
    writer.planned(recipes)
    writer.note(*notes)
    if not recipes:
        if not broke:
            writer.end("failed", _UNTRAINABLE if notes else _NOTHING)
        return
    try:
        _forget(target)
        _run(replace(job, recipes=recipes), target, writer)
    except Exception:
        writer.change(status="again")
    if writer.outcome.status == "broken" and not writer.outcome.trained:
        # It ran once: what cannot be done twice in one process (device settings) wants a fresh one.
        writer.change(status="again", reason=None, place=None)


def _forget(target: load.Target) -> None:
    """Take the program's modules and Keras' name counters back to where they were before it ran."""
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if file and Path(file).is_relative_to(target.folder) and "site-packages" not in file:
            del sys.modules[name]
    for keras in ("keras", "tf_keras"):
        if keras in sys.modules:
            sys.modules[keras].backend.clear_session()


def _wait_for_threads() -> None:
    """Like Python at exit: a thread of the program's may be the one that trains."""
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()


def _project(target: load.Target) -> list[str]:
    return list(dict.fromkeys([str(target.folder), str(Path.cwd())]))


def _wrong_keras(job: Job, snapshot: dict[str, Any]) -> str | None:
    running, tensorflow = str(snapshot["keras"]), snapshot["tensorflow"]
    if not job.keras or not running or running.startswith(f"{job.keras}."):
        return None
    where = f"TensorFlow {tensorflow} in {sys.executable}"
    return f"Keras {job.keras} was asked for, but {where} runs Keras {running}"


def _place(error: BaseException, target: load.Target) -> tuple[str, int] | None:
    """The innermost line of the program's own that the error came through."""
    if isinstance(error, SyntaxError):
        path, number = error.filename, error.lineno
        if path and number and type(path) is str and type(number) is int:
            return path, number
    folder = str(target.folder)
    # Not `extract_tb`: it reads the files, and a program may have broken what reads them.
    steps = traceback.walk_tb(error.__traceback__)
    frames = [(frame.f_code.co_filename, line) for frame, line in steps]
    own = [(path, line) for path, line in frames if path.startswith(folder) and "site-packages" not in path]
    return next(((path, line) for path, line in reversed(own) if line), None)
