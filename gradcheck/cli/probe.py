"""The jobs that run programs: the probe alone, and the main job, which joins both halves in one diagnosis."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import click

from gradcheck.base.faults import REPORT, give_way, told
from gradcheck.base.keras_of_environment import DEFAULT, keras_of_environment
from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.base.modules import files_of
from gradcheck.cli.check import check, kerases_of
from gradcheck.cli.flags import Running
from gradcheck.cli.mistakes import mistake, unloadable
from gradcheck.cli.progress import ProgressLine
from gradcheck.cli.settings import files
from gradcheck.config.options import Options, Target
from gradcheck.confirm import confirm
from gradcheck.filter.comments import silence
from gradcheck.probe.driver.run import Progress, expect, run
from gradcheck.probe.driver.warm import Warm
from gradcheck.probe.job import load
from gradcheck.probe.job.installed import brings_keras_2
from gradcheck.probe.job.job import Job
from gradcheck.registry import by_kind
from gradcheck.report.report import Problem, Report
from gradcheck.report.verdict import Probe

_IDLE = "a folder is checked, not probed: name the file that trains"


@dataclass(frozen=True)
class Program:
    """A target, its source if there is one to read, and the Kerases to judge it under, with the reason."""

    target: Target
    path: str | None
    kerases: tuple[str, ...]
    reason: str
    runs: bool = True


def probe(
    targets: Sequence[Target], options: Options, running: Running, progress: ProgressLine, warm: Warm
) -> Report:
    """The runtime half alone: what the probe saw, explained by the rules."""
    programs = programs_of(targets, options, running)
    if idle := next((one for one in programs if not one.runs), None):
        raise click.UsageError(
            f"{idle.target.target} is a folder without a __main__.py: name the file that trains"
        )
    probes = tuple(_probes(programs, options, running, progress, warm))
    return joined(Report(probes=probes))


def diagnose(
    targets: Sequence[Target], options: Options, running: Running, progress: ProgressLine, warm: Warm
) -> Report:
    """The main job: both halves, joined in one diagnosis."""
    programs = programs_of(targets, options, running)
    if not options.executor:
        _expect(programs, options, running, progress, warm)
    said = read(programs, options)
    return joined(replace(said, probes=tuple(_probes(programs, options, running, progress, warm))))


def read(programs: Sequence[Program], options: Options) -> Report:
    """The static half over all programs, and what it could not read or run."""
    said = _checked(programs, options)
    unread = [
        f"{one.target.target}: no source found from here: probed only" for one in programs if not one.path
    ]
    idle = [f"{one.target.target}: {_IDLE}" for one in programs if not one.runs]
    return replace(said, notes=(*said.notes, *unread, *idle))


def programs_of(targets: Sequence[Target], options: Options, running: Running) -> list[Program]:
    """What the targets are, and the Kerases that their files ask for as they are now."""
    return [program(target, options, running.python) for target in targets]


def sources(targets: Sequence[Target], options: Options) -> Iterator[str]:
    """The files of the targets that are read, a line each, and which have none."""
    programs = [program(target, options) for target in targets]
    yield from files([one.path for one in programs if one.path], options)
    yield from (f"{one.target.target}  # no source found from here" for one in programs if not one.path)


def program(target: Target, options: Options, python: str | None = None) -> Program:
    """What a target is; a name that is no file, folder or module is bad usage."""
    if not target.target:  # to the system it is the current folder
        raise click.UsageError("an empty name is no target: name a program, or a folder to check")
    if Path(target.target).is_dir() and not Path(target.target, "__main__.py").is_file():
        return Program(target, target.target, kerases_of(options), "", runs=False)
    try:
        found = load.parse(target.target)
    except load.UnloadableError as error:
        raise click.UsageError(unloadable(error, target.target)) from None
    path = _given(target.target, found.path) if found.path else _source(found.module or "")
    python = python or options.probe.python
    if wrong := mistake(found, path, _commands(), elsewhere=python is not None):
        raise click.UsageError(wrong)
    return Program(target, path, *_kerases(path, options, python))


def _commands() -> list[str]:
    """The words that name a command."""
    command = click.get_current_context(silent=True)
    group = command.find_root().command if command else None
    return sorted(group.commands) if isinstance(group, click.Group) else []


def _given(target: str, path: Path) -> str:
    """The file as the user wrote it."""
    bare = target if Path(target).exists() else target.rpartition(":")[0]
    return Path(bare).as_posix() if Path(bare).is_file() else Path(bare, path.name).as_posix()


def _source(module: str) -> str | None:
    """The file of a module below the current folder; nothing is imported to find it."""
    package, plain = map(Path, files_of(os.path.join(*module.split("."))))
    run = package.with_name("__main__.py")
    files = (run, package) if package.is_file() else (plain, run)
    return next((file.as_posix() for file in files if file.is_file()), None)


def _kerases(path: str | None, options: Options, python: str | None) -> tuple[tuple[str, ...], str]:
    if options.keras != "auto":
        return kerases_of(options), ""
    from gradcheck.lint import which_keras

    keras, reason = which_keras(path) if path else keras_of_environment() or DEFAULT
    if keras == "3" and brings_keras_2(python):
        keras, reason = "2", "its TensorFlow is from before Keras 3"
    return (keras,), f"Keras {keras} was chosen: {reason}"


def _checked(programs: Sequence[Program], options: Options) -> Report:
    """The static half over all programs: those of one choice of Keras together."""
    whole = Report()
    for kerases in dict.fromkeys(one.kerases for one in programs):
        paths = list(dict.fromkeys(one.path for one in programs if one.kerases == kerases and one.path))
        if paths:
            keras = kerases[0] if len(kerases) == 1 else "both"
            whole = _merged(whole, check(paths, replace(options, keras=keras)))
    return whole


def _merged(one: Report, other: Report) -> Report:
    return replace(
        one,
        findings=tuple(dict.fromkeys([*one.findings, *other.findings])),
        errors=tuple(dict.fromkeys([*one.errors, *other.errors])),
        notes=tuple(dict.fromkeys([*one.notes, *other.notes])),
        unused_comments=tuple(dict.fromkeys([*one.unused_comments, *other.unused_comments])),
        files=one.files + other.files,
        weights=tuple(dict.fromkeys([*one.weights, *other.weights])),
        idle=one.idle + other.idle,
        unread=one.unread + other.unread,
        looked_at=tuple(dict.fromkeys([*one.looked_at, *other.looked_at])),
    )


def _probes(
    programs: Sequence[Program], options: Options, running: Running, progress: ProgressLine, warm: Warm
) -> Iterator[Probe]:
    planned = [
        (one, job_of(running.over(one.target), keras, options, running, verbose=progress.verbose))
        for one in programs
        for keras in (one.kerases if one.runs else ())
    ]
    for one in programs:
        if one.runs and one.reason:
            progress.tell(f"{one.target.target}: {one.reason}")
    jobs = [job for _, job in planned]
    seen = _elsewhere(jobs, options) if options.executor else _here(jobs, progress, warm)
    for (one, _), probe in zip(planned, seen, strict=True):
        yield replace(probe, notes=(one.reason, *probe.notes)) if one.reason else probe


def _here(jobs: Sequence[Job], progress: ProgressLine, warm: Warm) -> Iterator[Probe]:
    for job in jobs:
        yield guarded(job, progress.about(f"{job.target} under Keras {job.keras}"), warm)


def _elsewhere(jobs: Sequence[Job], options: Options) -> Iterator[Probe]:
    """The programs run on a cluster, whose machines must see their files."""
    from gradcheck.cli.cluster import cluster_for
    from gradcheck.sharing.shares import in_order

    with cluster_for(options, [_file_of(jobs[0].target)], sends=False) as cluster:
        yield from in_order(probed, jobs, cluster.team, _given_up, size=1)


def _file_of(target: str) -> str:
    """The file that a target is in, or the current folder for a module's."""
    return next((one for one in (target, target.rpartition(":")[0]) if Path(one).is_file()), ".")


def probed(jobs: list[Job]) -> list[Probe]:
    """What a worker of a cluster is asked for."""
    with Warm() as warm:
        return [guarded(job, lambda _: None, warm) for job in jobs]


def _given_up(job: Job) -> Probe:
    why = "the process that probed it died, twice, or its worker did"
    return Probe(job.target, "tape", "", "", "failed", why)


def _expect(
    programs: Sequence[Program], options: Options, running: Running, progress: ProgressLine, warm: Warm
) -> None:
    """Let TensorFlow be imported for the first run while the sources are read."""
    first = next(((one, keras) for one in programs if one.runs for keras in one.kerases), None)
    if first is not None:
        expect(job_of(first[0].target, first[1], options, running, verbose=progress.verbose), warm)


def job_of(target: Target, keras: str, options: Options, running: Running, *, verbose: bool) -> Job:
    job = Job(
        shown(target),
        argv=target.args,
        keras=keras,
        python=running.python or options.probe.python,
        call=target.call,
        inputs=target.inputs,
        verbose=verbose,
        shapes=running.shapes,
        write_through=running.write_through,
    )
    timeout, steps = running.timeout or options.probe.timeout, running.steps or options.probe.steps
    return replace(job, timeout=timeout or job.timeout, steps=steps or job.steps)


def shown(target: Target) -> str:
    """A target as reports name it."""
    return Path(target.target).as_posix() if Path(target.target).exists() else target.target


def guarded(job: Job, progress: Progress, warm: Warm) -> Probe:
    """One program's probe, whatever happens on the way: a program costs no more than itself."""
    try:
        return run(job, progress, warm=warm)
    except Exception as error:
        give_way(error)
        return Probe(job.target, "tape", "", "", "failed", f"it could not be probed, {REPORT}: {told(error)}")


def joined(report: Report) -> Report:
    """The report with both halves in one diagnosis; side by side, should we fail to join them."""
    if not report.probes:
        return report
    try:
        return silence(confirm(report, by_kind()))
    except Exception as error:
        give_way(error)
        what = f"the findings and the run could not be joined, {REPORT}: {told(error)}"
        problem = Problem(report.probes[0].target, 1, what)
        return replace(report, errors=(*report.errors, problem))
