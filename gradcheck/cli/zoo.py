"""`gradcheck probe --all`: every model that a package makes, in one table."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from math import prod
from typing import NoReturn

import click

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.cli.finish import report_sink
from gradcheck.cli.flags import Running, Settings, Writing
from gradcheck.cli.printing import say
from gradcheck.cli.probe import guarded, job_of, joined, programs_of
from gradcheck.config.options import Options, Target
from gradcheck.probe.driver.warm import Warm
from gradcheck.probe.job.job import Job
from gradcheck.report.report import Report
from gradcheck.report.verdict import Probe
from gradcheck.sharing.apart import apart
from gradcheck.sharing.shares import Team, in_order
from gradcheck.source.factories import Factory, factories

MEGABYTE = 2**20


@dataclass(frozen=True)
class Visited:
    """One model: what the probe saw, and what that took. `memory` is the most that any process of the probe
    held at once, in bytes; `whole` is false where only shapes were followed."""

    probe: Probe
    parameters: int
    seconds: float
    memory: int
    whole: bool


def targets_of(packages: Sequence[str]) -> list[Target]:
    """Every factory of some packages as a target; models with pretrained weights are made without them."""
    found = [factory for package in packages for factory in _factories(package)]
    if not found:
        names = ", ".join(packages)
        raise click.UsageError(f"{names}: no public function without arguments makes a model there")
    return [_target(one) for one in found]


def _factories(package: str) -> tuple[Factory, ...]:
    try:
        return factories(package)
    except ModuleNotFoundError as error:
        raise click.UsageError(str(error)) from None


def _target(one: Factory) -> Target:
    if one.pretrained:
        return Target(one.module, call=f"{one.name}(weights=None)")
    return Target(f"{one.module}:{one.name}")


def run(
    packages: Sequence[str], settings: Settings, running: Running, writing: Writing, largest: int
) -> NoReturn:
    """Print a table of all models, then their findings, a line each; other formats get the report alone."""
    if not packages:
        raise click.UsageError("--all needs a package: `gradcheck probe --all keras.applications`")
    options = settings.options(())
    shown = writing.form == "text" and writing.output_file is None
    form = "concise" if shown else writing.form
    end = report_sink(options, settings, replace(writing, form=form), running=running)
    probes = []
    for row, probe in _rows(packages, options, running, largest):
        probes += [probe] if probe else []
        if shown:
            say(row.rstrip() + "\n")
    end.finish(end.shown(joined(Report(probes=tuple(probes)))))


def _rows(
    packages: Sequence[str], options: Options, running: Running, largest: int
) -> Iterator[tuple[str, Probe | None]]:
    """The lines of the table, each with what was probed, as they come."""
    programs = programs_of(targets_of(packages), options, running)
    jobs = [
        job_of(running.over(one.target), keras, options, running, verbose=False)
        for one in programs
        for keras in one.kerases
    ]
    yield ROW.format(*HEAD), None
    with _team(options) as team:
        visits = in_order(partial(visited, largest=largest), jobs, team, _given_up, size=1)
        for job, one in zip(jobs, visits, strict=True):
            yield ROW.format(*_row(job, one)), one.probe


@contextmanager
def _team(options: Options) -> Iterator[Team]:
    """One process after the other here, or a cluster."""
    if options.executor:
        from gradcheck.cli.cluster import cluster_for

        with cluster_for(options, ["."], sends=False) as cluster:
            yield cluster.team
        return
    with ThreadPoolExecutor(1) as pool:
        here = partial(partial, apart, folder=os.getcwd())
        yield Team(pool, lambda: nullcontext(pool), ahead=0, sent=here)


def visited(jobs: list[Job], largest: int) -> list[Visited]:
    """What a process of its own does with one model: follow its shapes, and run it if it is not too large."""
    return [_visited(job, largest) for job in jobs]


def _visited(job: Job, largest: int) -> Visited:
    from resource import RUSAGE_CHILDREN, getrusage

    began = time.monotonic()
    with Warm() as warm:
        shapes = guarded(replace(job, shapes=True), _silent, warm)
        parameters = sum(prod(size or 1 for size in one.variable.shape) for one in shapes.verdicts)
        whole = not job.shapes and parameters <= largest
        probe = guarded(job, _silent, warm) if whole else shapes
    memory = getrusage(RUSAGE_CHILDREN).ru_maxrss * 1024
    return Visited(probe, parameters, time.monotonic() - began, memory, whole)


def _silent(text: str) -> None:
    """Progress that nobody reads."""


def _given_up(job: Job) -> Visited:
    probe = Probe(job.target, "model", "", "", "failed", "the process that probed it died, twice")
    return Visited(probe, 0, 0.0, 0, whole=False)


HEAD = ("model", "Keras", "parameters", "seconds", "memory", "gradients", "cuts")
ROW = "{:<34} {:>5} {:>13} {:>8} {:>9}  {}  {}"


def _row(job: Job, one: Visited) -> tuple[str, ...]:
    name = (job.call or job.target.rpartition(":")[2]).partition("(")[0]
    return (
        name,
        job.keras or "",
        f"{one.parameters:,}",
        f"{one.seconds:.1f}",
        f"{one.memory / MEGABYTE:,.0f} MB",
        _gradients(one),
        _cuts(one.probe),
    )


def _gradients(one: Visited) -> str:
    """How many variables have each verdict."""
    if not one.probe.verdicts:
        return f"{one.probe.status}: {one.probe.reason}"
    counted = Counter(verdict.status.value for verdict in one.probe.verdicts)
    words = ", ".join(f"{count} {status}" for status, count in counted.most_common())
    return words if one.whole else f"{words} (shapes only)"


def _cuts(probe: Probe) -> str:
    places = [cause.cut.location for verdict in probe.verdicts for cause in verdict.causes]
    return ", ".join(dict.fromkeys(f"{place.path}:{place.line}" for place in places))
