"""What becomes of a report: narrowed to what the user wants to see, written, and turned into an exit code."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

import click

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.cli.flags import Running, Settings, Writing
from gradcheck.cli.printing import COUNTING, HUMAN, Lines, finish
from gradcheck.cli.report_files import refuse
from gradcheck.config.options import Options
from gradcheck.filter.selection import concerning, narrow
from gradcheck.output import Screen, carries_edits, render
from gradcheck.report.kinds import BOTH_KERAS
from gradcheck.report.report import Problem, Report
from gradcheck.source.instead import Instead

if TYPE_CHECKING:
    from gradcheck.cli.progress import ProgressLine
    from gradcheck.filter.baseline import Baseline
    from gradcheck.logdir import LogDir


_AS_THEY_ARE: Mapping[str, bytes] = {}
MOST_OFFERED = 20
"""Where people read the report, a fix is looked for in so many findings: each takes a tenth of a second."""


@dataclass(frozen=True)
class ReportSink:
    """All that a report will be held against, made before the job so that bad usage costs no time. `paths`
    are what is looked at as a whole, `given` all that is looked at, and `start` is the commit that files are
    compared with."""

    options: Options
    writing: Writing
    baseline: Baseline | None
    start: str | None
    paths: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    progress: ProgressLine | None = None
    log: LogDir | None = None

    @property
    def tells_fixes(self) -> bool:
        """Whether the report says what can be repaired."""
        return carries_edits(self.writing.form) or self.writing.html is not None

    @property
    def most_offers(self) -> int | None:
        """In how many findings of a report a fix is looked for; None, for all of them, where a program reads
        it."""
        return MOST_OFFERED if self.writing.form in HUMAN else None

    def shown(self, report: Report, texts: Mapping[str, bytes] = _AS_THEY_ARE) -> Report:
        """The report, narrowed. `texts` are what was looked at in place of files."""
        shown = narrow(report, self.options)
        if self.start is not None:
            shown = self._changed(shown, self.start, texts)
        return _with_versions(self._new(shown, self.baseline) if self.baseline else shown)

    def _changed(self, shown: Report, start: str, texts: Mapping[str, bytes]) -> Report:
        """The report of what has changed since a commit. How the files were then is looked at only where a
        finding is on no changed line."""
        from gradcheck.filter.diff import Commit, DiffError, before, changed_lines
        from gradcheck.filter.selection import grown, left_out, on_changed_lines

        commit = Commit(start)
        try:
            lines = changed_lines(commit, {finding.location.path for finding in shown.findings}, texts)
            past = before(commit, shown.looked_at, texts) if left_out(shown, lines) else None
        except DiffError as error:
            raise click.UsageError(f"--diff-base: {error}") from None
        if past is None:
            return on_changed_lines(shown, lines)
        kept = on_changed_lines(shown, lines, grown(shown, self._earlier(shown, past.instead)))
        return replace(kept, errors=(*kept.errors, *past.errors), notes=(*kept.notes, *past.notes))

    def _earlier(self, shown: Report, past: Instead) -> Report:
        """What this report would have been of the files as they were, without what ran."""
        from gradcheck.cli.check import check

        paths = shown.looked_at if shown.probes or not self.given else self.given
        earlier = check(paths, self.options, remember=True, instead=past)
        kerases = {probe.keras for probe in shown.probes} or BOTH_KERAS
        return narrow(replace(earlier, findings=tuple(concerning(earlier.findings, kerases))), self.options)

    def _new(self, shown: Report, known: Baseline) -> Report:
        """The report without what the baseline knows, and what of it is gone."""
        held = known.apply(shown)
        asked = known.within(self.paths, self.options, shown.looked_at)
        return replace(held, notes=(*held.notes, *asked.gone(shown)))

    def clear(self) -> None:
        """Take the progress line off the terminal, where the first line of a report would follow it."""
        if self.progress:
            self.progress.clear()

    def logged(self, shown: Report) -> Report:
        """Write a report to TensorBoard's folder, if there is one, and give it back; with the problem, where
        that cannot be done."""
        if self.log is None:
            return shown
        try:
            self.log.write(shown, render("markdown", shown, Screen()), step=0)
        except OSError as error:
            problem = Problem(self.log.folder, 1, f"cannot be written: {error.strerror}")
            return replace(shown, errors=(*shown.errors, problem))
        return shown

    def finish(self, shown: Report, *, lines: Lines | None = None) -> NoReturn:
        """Write the report, then exit. `lines` reads the source when no file holds it."""
        self.clear()
        finish(self.logged(shown), self.writing, lines=lines)


def report_sink(
    options: Options,
    settings: Settings,
    writing: Writing,
    paths: tuple[str, ...] = (),
    progress: ProgressLine | None = None,
    running: Running | None = None,
) -> ReportSink:
    """The ending that these flags ask for, for a job that looks at `paths`; what cannot be done is said
    now."""
    refuse((writing.output_file, writing.html), paths, (options.file, options.baseline))
    if writing.statistics and writing.form not in COUNTING:
        raise click.UsageError(f"--statistics goes with --format {' or '.join(COUNTING)}, not {writing.form}")
    if writing.weights and writing.form != "text":
        raise click.UsageError(
            f"--weights goes with --format text; json always lists them, {writing.form} never"
        )
    for file in (writing.output_file, writing.html):
        folder = os.path.dirname(file or "")
        if folder and not os.path.isdir(folder):
            raise click.UsageError(f"{file}: cannot be written: there is no folder {folder}")
    if (writing.html or writing.form == "html") and importlib.util.find_spec("jinja2") is None:
        raise click.UsageError("the page needs jinja2: pip install 'gradcheck[html]'")
    known = _baseline(options.baseline) if options.baseline else None
    log = _log_dir(running.logdir) if running and running.logdir is not None else None
    start = None if settings.diff_base is None else _start(settings.diff_base)
    # Of lines that did not change, and of what holds under another Keras, the report says nothing.
    whole = () if settings.keras or start is not None else paths
    return ReportSink(options, writing, known, start, whole, paths, progress, log)


def _start(base: str) -> str:
    """The commit that the files are compared with."""
    from gradcheck.filter.diff import DiffError, start

    try:
        return start(base)
    except DiffError as error:
        raise click.UsageError(f"--diff-base {base or '(empty)'}: {error}") from None


def _log_dir(folder: str) -> LogDir:
    from gradcheck.cli.report_files import refuse_repositorys
    from gradcheck.logdir import LogDir, MissingTensorBoardError

    if "://" in folder:
        raise click.UsageError(f"--logdir {folder}: takes a folder of this machine")
    refuse_repositorys(folder)
    try:
        return LogDir(folder)
    except MissingTensorBoardError as error:
        raise click.UsageError(f"--logdir: {error}") from None
    except OSError as error:
        raise click.UsageError(f"--logdir {folder}: cannot be written: {error.strerror}") from None


def _baseline(path: str) -> Baseline:
    from gradcheck.filter.baseline import BaselineError, load

    try:
        return load(path)
    except BaselineError as error:
        raise click.UsageError(str(error)) from None


def _with_versions(shown: Report) -> Report:
    """The report, with what is to be said of the project's TensorFlow."""
    if not shown.findings:
        return shown
    from gradcheck.cli.other_versions import other_versions

    return replace(shown, notes=(*shown.notes, *other_versions(shown)))
