"""The probe's parent: from a job to a `Probe`. Starts the child processes; never loads TensorFlow itself."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from gradcheck.base.here import GONE, has_folder
from gradcheck.probe.driver import downloads
from gradcheck.probe.driver.process import Ended, Start, first_of, started, supervise
from gradcheck.probe.driver.warm import Warm
from gradcheck.probe.driver.written import notes as written
from gradcheck.probe.driver.written_files import FolderSnapshot
from gradcheck.probe.job import load, wire
from gradcheck.probe.job.answer import NAMES, prepare, read
from gradcheck.probe.job.doubt import certain, doubted
from gradcheck.probe.job.job import Job, Outcome
from gradcheck.probe.job.merge import is_open, join, relocate, unique
from gradcheck.probe.job.said import said
from gradcheck.probe.job.scratch import scratch
from gradcheck.report.verdict import Probe, Verdict

Progress = Callable[[str], None]
_CHILD = Path(__file__).parents[1] / "child" / "__main__.py"
_NOTHING = Outcome()
_UNCHANGED: Mapping[str, bytes] = {}
_OUR_FAULT = "it could not be judged, which is a fault of gradcheck: please report it"
_MOST_AGAIN = 2
"""Further runs that a run may ask for: one that guesses, and one afresh with what was guessed."""
_FIRST_ONLY = "it ran more than once, and only its first run wrote where it said: the others had a shadow"
_ABSOLUTE = re.compile(r"(?<!\S)/[^\s:]+")
_FRAME = re.compile(r'^\s*File "(?P<path>[^"]+)", line (?P<line>\d+)', re.M)


@dataclass(frozen=True)
class _Setup:
    """What all runs of one program share: files with other contents, and what imports TensorFlow for them."""

    files: Mapping[str, bytes]
    warm: Warm | None


def run(
    job: Job,
    progress: Progress | None = None,
    files: Mapping[str, bytes] = _UNCHANGED,
    warm: Warm | None = None,
) -> Probe:
    """Run the target in a child process, and once more for the causes if something is wrong.

    `files` are those that the program finds with other contents than they have; with `warm`, TensorFlow is
    imported once for all runs. The program's output and TensorFlow's own are not shown (with `verbose` they
    go to stderr). Always returns.
    """
    try:
        return _run(job, progress or (lambda _: None), _Setup(files, warm))
    except load.UnloadableError as problem:
        return _failed(job, str(problem))
    except Exception as error:  # one program that we fail on must not take the others with it
        return _failed(job, f"{_OUR_FAULT}: {said(error)}")


def _run(job: Job, say: Progress, setup: _Setup) -> Probe:
    if not has_folder():
        return _failed(job, GONE)
    target = load.parse(job.target)
    before = FolderSnapshot(target.folder) if job.write_through else None
    say("loading TensorFlow and running the program")
    first = _child(job, say, setup)
    written = before.notes() if before else ()
    # What a user wants to be written is written once, however often the program has to run.
    probe = _followed(replace(job, write_through=False), target, first, say, setup)
    return replace(probe, notes=unique([*probe.notes, *written]))


def _followed(job: Job, target: load.Target, first: Outcome, say: Progress, setup: _Setup) -> Probe:
    """What the first run shows, with the further ones that it asks for."""
    judged = _judge(job, first, say, setup)
    explained = _explain(job, judged, say, setup)
    probe = _probe(job, target, replace(judged, protection=first.protection), explained)
    several = first.status == "again" or explained is not None
    notes = (_FIRST_ONLY,) if several and first.protection == "none" else ()
    return replace(probe, notes=(*probe.notes, *notes))


def _judge(job: Job, first: Outcome, say: Progress, setup: _Setup) -> Outcome:
    outcome = first
    for _ in range(_MOST_AGAIN):
        if outcome.status == "again":
            say("running it with what was guessed")
            again = _child(replace(job, recipes=outcome.recipes), say, setup)
            outcome = replace(again, notes=unique([*outcome.notes, *again.notes]))
    return doubted(outcome)


def _explain(job: Job, judged: Outcome, say: Progress, setup: _Setup) -> Outcome | None:
    bad = any(is_open(verdict) for verdict in wire.verdicts(judged.snapshot or {"variables": ()}))
    if job.shapes or not (bad or (judged.status == "broken" and judged.snapshot)):
        return None
    say("something is wrong: running it again for the cause")
    return _child(replace(job, mode="explain", recipes=judged.recipes), say, setup)


def _child(job: Job, say: Progress, setup: _Setup) -> Outcome:
    with scratch() as folder:
        prepare(folder)
        job = replace(job, replaced=_stored(setup.files, folder))
        (folder / "job.json").write_text(job.dumps(), encoding="utf-8")
        try:
            ended = supervise(
                _start(job, folder, setup.warm),
                timeout=job.timeout,
                finished=lambda: (read(folder) or _NOTHING).done,
                waiting=lambda used: say(f"still running: {used:.0f} of {job.timeout:g} s"),
                echo=job.verbose,
            )
        except OSError as problem:
            return Outcome("failed", f"cannot start {job.python or sys.executable}: {problem.strerror}")
        outcome = read(folder)
        if outcome is None or not _is_ours(outcome):
            return Outcome("failed", _unheard(job, folder, ended))
        kept = downloads.keep(folder, os.environ) if outcome.done else ()
        changes = written(folder, load.parse(job.target).folder, {path for path, _ in job.replaced})
        outcome = replace(outcome, notes=(*outcome.notes, *kept, *changes))
    return _with_last_words(outcome if outcome.done else _cut_off(job, outcome, ended), ended)


def expect(job: Job, warm: Warm) -> None:
    """Begin to import TensorFlow for a job that is about to run."""
    if job.python is None:
        warm.starting(_environment(job), job.keras)


def _start(job: Job, folder: Path, warm: Warm | None) -> Start:
    """A fork of a warm process; one of its own where another interpreter is asked for, or forking fails."""
    environment = _environment(job)
    alone = started([job.python or sys.executable, str(_CHILD), str(folder)], environment)
    begin = warm.starting(environment, job.keras) if warm and job.python is None else None
    return first_of(begin(folder), alone) if begin else alone


def _stored(files: Mapping[str, bytes], folder: Path) -> tuple[tuple[str, str], ...]:
    """Other contents, each in a file of the scratch folder."""
    rows = [
        (os.path.abspath(path), f"replaced.{number}", data)
        for number, (path, data) in enumerate(files.items())
    ]
    for _, name, data in rows:
        (folder / name).write_bytes(data)
    return tuple((path, name) for path, name, _ in rows)


def _is_ours(outcome: Outcome) -> bool:
    """Whether the verdicts are such as a child writes them."""
    try:
        wire.verdicts(outcome.snapshot or {"variables": ()})
    except (TypeError, KeyError, ValueError, AttributeError):
        return False
    return True


def _unheard(job: Job, folder: Path, ended: Ended) -> str:
    """Why a child left no outcome."""
    with suppress(OSError):
        return (folder / "refused.txt").read_text(encoding="utf-8")
    if any((folder / name).stat().st_size for name in NAMES):
        return "the program wrote over what the probe had written down: nothing of it can be read"
    if ended.code is None:
        return _too_slow(job)
    python = job.python or sys.executable
    said = _last_line(ended) or f"{python} ended with exit code {ended.code} and no word"
    return f"the probe's process did not start: {said}"


def _environment(job: Job) -> dict[str, str]:
    chosen = {"2": {"TF_USE_LEGACY_KERAS": "1"}, "3": {"TF_USE_LEGACY_KERAS": "0"}}.get(job.keras or "", {})
    # A native crash then names the Python line it happened on; a set has the same order in every run.
    wished = {"PYTHONFAULTHANDLER": "1", "PYTHONHASHSEED": "0"}
    quiet = {} if job.verbose else {"TF_CPP_MIN_LOG_LEVEL": "3"}
    return {**wished, **quiet, **os.environ, **chosen}


def _too_slow(job: Job) -> str:
    return f"no gradient was seen within {job.timeout:g} s; raise --timeout, or let the program load less"


def _cut_off(job: Job, outcome: Outcome, ended: Ended) -> Outcome:
    """What to make of a child that did not live to say that it was done."""
    seen = "after its gradients were seen" if outcome.trained else "before any gradient was seen"
    if ended.code is None and outcome.trained:
        note = f"the program was stopped after {job.timeout:g} s: this is what it showed until then"
        return replace(outcome, status="ok", notes=(*outcome.notes, note))
    if ended.code is None:
        return replace(outcome, status="failed", reason=_too_slow(job))
    if ended.code < 0:
        reason = f"the program was killed by {_signal(ended.code)} {seen}"
        return replace(outcome, status="broken", reason=reason, place=_place(job, ended.tail))
    if outcome.trained and ended.code == 0:
        return replace(outcome, status="ok")
    reason = f"the program ended its own process (exit code {ended.code}) {seen}"
    return replace(outcome, status="broken", reason=reason)


def _with_last_words(outcome: Outcome, ended: Ended) -> Outcome:
    """A program that leaves by an exit code says why in its output: `error: these arguments are required`."""
    last = _last_line(ended)
    if last and outcome.status == "broken" and "exit code" in (outcome.reason or ""):
        return replace(outcome, reason=f"{outcome.reason}; it said last: {last[:200]}")
    return outcome


def _last_line(ended: Ended) -> str:
    return next((line.strip() for line in reversed(ended.tail.splitlines()) if line.strip()), "")


def _signal(code: int) -> str:
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    return f"{name} (out of memory?)" if name == "SIGKILL" else name


def _place(job: Job, tail: str) -> tuple[str, int] | None:
    """The innermost of the program's own lines in the traceback of a native crash."""
    folder = str(load.parse(job.target).folder)
    lines = [(found["path"], int(found["line"])) for found in _FRAME.finditer(tail)]
    return next((place for place in lines if place[0].startswith(folder)), None)


def _probe(job: Job, target: load.Target, judged: Outcome, explained: Outcome | None) -> Probe:
    snapshot = judged.snapshot
    verdicts, notes = _verdicts(judged, explained)
    verdicts = tuple(certain(judged.recipes, verdicts))
    rename = _rename(job, target)
    return Probe(
        target=job.target,
        kind=_kind(judged),
        keras=snapshot.get("keras", ""),
        tensorflow=snapshot.get("tensorflow", ""),
        status=judged.status,
        reason=_reason(judged, rename),
        verdicts=tuple(relocate(verdict, rename) for verdict in verdicts),
        notes=unique(map(_shortened(rename), [*judged.notes, *snapshot.get("notes", ()), *notes])),
        protection=judged.protection,
        recipes=judged.recipes,
        cut_short=bool(snapshot.get("cut_short", False)),
        losses=_losses(judged) or (_losses(explained) if explained else ()),
    )


def _losses(outcome: Outcome) -> tuple[float | None, ...]:
    """The first loss of each gradient call; none where a graph that was never run had them all."""
    losses = tuple(outcome.snapshot.get("losses", ()))
    return losses if any(loss is not None for loss in losses) else ()


def _verdicts(judged: Outcome, explained: Outcome | None) -> tuple[tuple[Verdict, ...], list[str]]:
    empty = {"variables": ()}
    mine = wire.verdicts(judged.snapshot or empty)
    theirs = wire.verdicts(explained.snapshot or empty) if explained else ()
    more = list(explained.snapshot.get("notes", ())) if explained else []
    if not mine and theirs:
        return theirs, [
            *more,
            "the program raises before its gradients are seen: these are from running it eagerly",
        ]
    joined, notes = join(mine, theirs)
    if explained and explained.status != judged.status and explained.reason:
        more.append(f"no more causes are known: run eagerly, the program ended early ({explained.reason})")
    return joined, [*more, *notes]


def _kind(outcome: Outcome) -> str:
    """How it trained; what was guessed says what it is."""
    guessed = {recipe.kind for recipe in outcome.recipes or ()}
    for kind in ("model", "layer"):
        if kind in guessed:
            return kind
    return str(outcome.snapshot.get("kind", "tape"))


def _reason(outcome: Outcome, rename: Callable[[str], str]) -> str | None:
    if outcome.reason and outcome.place:
        path, line = outcome.place
        return f"{outcome.reason} ({rename(path)}:{line})"
    return outcome.reason


def _rename(job: Job, target: load.Target) -> Callable[[str], str]:
    """Paths as the user would write them: the target as given, others from the current folder if below it."""
    here = Path.cwd()
    given = job.target.rpartition(":")[0] if target.name else job.target

    def rename(path: str) -> str:
        if target.path and path == str(target.path):
            return Path(given).as_posix()
        with_folder = Path(path)
        return (with_folder.relative_to(here) if with_folder.is_relative_to(here) else with_folder).as_posix()

    return rename


def _shortened(rename: Callable[[str], str]) -> Callable[[str], str]:
    """Renames the paths inside a sentence."""
    return lambda text: _ABSOLUTE.sub(lambda found: rename(found[0]), text)


def _failed(job: Job, reason: str) -> Probe:
    return Probe(job.target, "tape", "", "", "failed", reason)
