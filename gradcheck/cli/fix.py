"""The ends of a run that repairs: what is offered, printed as a patch, or applied; then the report."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NoReturn

import click

from gradcheck.base.notebook_cells import notebook_of
from gradcheck.cli.finish import ReportSink
from gradcheck.cli.flags import Fixing
from gradcheck.cli.printing import patch_bytes, say_line, say_patch, tell
from gradcheck.cli.report_files import write_whole
from gradcheck.fix.apply.files import UnwritableError, write
from gradcheck.fix.apply.fixpoint import FixedFile
from gradcheck.fix.apply.offers import with_fixes
from gradcheck.fix.apply.patch import patch
from gradcheck.fix.apply.recheck import key
from gradcheck.fix.apply.trial import Attempt, Run, proven, repaired
from gradcheck.output import Screen
from gradcheck.output.text.finding import told
from gradcheck.output.text.summary import summary
from gradcheck.report.finding import Finding
from gradcheck.report.report import Problem, Report


def offer(report: Report, end: ReportSink) -> NoReturn:
    """End with a report in which findings have the fixes they can have."""
    most = end.most_offers
    if most is None or len(report.findings) <= most:
        end.finish(with_fixes(report, end.options))
    first = with_fixes(replace(report, findings=report.findings[:most]), end.options)
    note = f"a fix was looked for in the first {most} findings only; `--diff` shows all"
    findings = (*first.findings, *report.findings[most:])
    end.finish(replace(first, findings=findings, notes=(*first.notes, note)))


def fix(
    report: Report, end: ReportSink, fixing: Fixing, again: Callable[[Attempt], Report], run: Run | None
) -> NoReturn:
    """Repair what is wanted, as far as `run` shows that it works, and end as the flags ask. `again` is the
    report on the files as they are then."""
    attempt = (
        proven(report, end.options, fixing.wants, run) if run else repaired(report, end.options, fixing.wants)
    )
    if fixing.diff:
        _print(attempt, end.logged(report), end)
    written, problems = _write(attempt.files)
    paths = {fixed_file.source.path for fixed_file in written}
    fixed = tuple(one for one in attempt.fixed if notebook_of(one.location.path) in paths)
    after = again(attempt)
    after = replace(
        after,
        fixed=fixed,
        findings=tuple(_with_fix_left(finding, attempt.left) for finding in after.findings),
        errors=(*after.errors, *problems),
    )
    if fixing.fix_only:
        end.clear()
        _only_fixed(end.logged(after))
    end.finish(after)


def _print(attempt: Attempt, report: Report, end: ReportSink) -> NoReturn:
    patches = [_patch(one) for one in attempt.files]
    text = "".join(one for one in patches if isinstance(one, str))
    problems = [one for one in patches if isinstance(one, Problem)]
    end.clear()
    if end.writing.output_file:
        write_whole(end.writing.output_file, patch_bytes(text))
    else:
        say_patch(text)
    refused = {one.path for one in problems}
    fixed = (one for one in attempt.fixed if notebook_of(one.location.path) not in refused)
    for line in _told(fixed, "would fix"):
        tell(line)
    for line in _told(attempt.left, "would not fix"):
        tell(line)
    whole = replace(report, errors=(*report.errors, *problems))
    _complain(whole)
    if not report.findings and not end.writing.quiet:
        tell(summary(whole, Screen()))
    raise click.exceptions.Exit(whole.exit_code)


def _patch(fixed_file: FixedFile) -> str | Problem:
    try:
        return patch([fixed_file])
    except UnwritableError as error:
        return _unrepaired(fixed_file, error)


def _only_fixed(report: Report) -> NoReturn:
    for line in _told(report.fixed, "fixed"):
        say_line(line)
    _complain(report)
    raise click.exceptions.Exit(2 if report.exit_code == 2 else 0)


def _complain(report: Report) -> None:
    for problem in report.errors:
        tell(f"could not look: {problem.path}:{problem.line}: {problem.message}")


def _told(fixed: Iterable[Finding], word: str) -> Iterator[str]:
    for finding in fixed:
        at = finding.location
        yield f"{at.path}:{at.line}:{at.column}: {word} {finding.rule}: {told(finding)}"


def _write(files: Sequence[FixedFile]) -> tuple[list[FixedFile], list[Problem]]:
    """Replace each file, or say why it could not be."""
    written: dict[str, str] = {}
    problems = {one.source.path: problem for one in files if (problem := _problem(one, written))}
    return [one for one in files if one.source.path not in problems], [*problems.values()]


def _problem(fixed_file: FixedFile, written: dict[str, str]) -> Problem | None:
    """Why a file could not be written. One that was `written` under another name needs it no more."""
    place = os.path.realpath(fixed_file.source.path)
    try:
        if written.get(place) != fixed_file.text:
            write(fixed_file)
    except UnwritableError as error:
        return _unrepaired(fixed_file, error)
    written[place] = fixed_file.text
    return None


def _unrepaired(fixed_file: FixedFile, error: UnwritableError) -> Problem:
    return Problem(fixed_file.source.path, 1, f"cannot be repaired: {error}")


def _with_fix_left(finding: Finding, left: Iterable[Finding]) -> Finding:
    """A finding that is still there, with the fix that was not applied and why."""
    same = next((one for one in left if key(one) == key(finding)), None)
    return replace(finding, fix=same.fix) if same else finding
