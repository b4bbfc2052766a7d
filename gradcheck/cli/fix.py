"""The ends of a run that repairs: what is offered, printed as a patch, or applied; then the report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NoReturn

import click

from gradcheck.base.notebook_cells import notebook_of
from gradcheck.cli.finish import Ending
from gradcheck.cli.flags import Fixing
from gradcheck.cli.printing import say, write_whole
from gradcheck.mend.checkup import key
from gradcheck.mend.files import UnwritableError, write
from gradcheck.mend.loop import Mended
from gradcheck.mend.offers import with_fixes
from gradcheck.mend.patch import patch
from gradcheck.mend.prove import Attempt, Run, proven, repaired
from gradcheck.output.text.finding import told
from gradcheck.report.finding import Finding
from gradcheck.report.report import Report, Trouble


def offer(report: Report, end: Ending) -> NoReturn:
    """End with a report in which every finding has the fix it can have."""
    end.finish(with_fixes(report, end.options))


def mend(
    report: Report, end: Ending, fixing: Fixing, again: Callable[[Attempt], Report], run: Run | None
) -> NoReturn:
    """Repair what is wanted, as far as `run` shows that it works, and end as the flags ask. `again` is the
    report on the files as they are then."""
    attempt = (
        proven(report, end.options, fixing.wants, run) if run else repaired(report, end.options, fixing.wants)
    )
    if fixing.diff:
        _print(attempt, report, end)
    written, troubles = _write(attempt.files)
    paths = {mended.source.path for mended in written}
    fixed = tuple(one for one in attempt.fixed if notebook_of(one.location.path) in paths)
    after = again(attempt)
    after = replace(
        after,
        fixed=fixed,
        findings=tuple(_with_failure(finding, attempt.failed) for finding in after.findings),
        errors=(*after.errors, *troubles),
    )
    if fixing.fix_only:
        _only_fixed(after)
    end.finish(after)


def _print(attempt: Attempt, report: Report, end: Ending) -> NoReturn:
    text = patch(attempt.files)
    if end.writing.output_file:
        write_whole(end.writing.output_file, text)
    else:
        say(text)
    for line in _told(attempt.fixed, "would fix"):
        click.echo(line, err=True)
    _complain(report)
    raise click.exceptions.Exit(report.exit_code)


def _only_fixed(report: Report) -> NoReturn:
    for line in _told(report.fixed, "fixed"):
        click.echo(line)
    _complain(report)
    raise click.exceptions.Exit(2 if report.exit_code == 2 else 0)


def _complain(report: Report) -> None:
    for trouble in report.errors:
        click.echo(f"could not look: {trouble.path}:{trouble.line}: {trouble.message}", err=True)


def _told(fixed: Iterable[Finding], word: str) -> Iterator[str]:
    for finding in fixed:
        at = finding.location
        yield f"{at.path}:{at.line}:{at.column}: {word} {finding.rule}: {told(finding)}"


def _write(files: Sequence[Mended]) -> tuple[list[Mended], list[Trouble]]:
    """Replace each file, or say why it could not be."""
    troubles = {mended.source.path: trouble for mended in files if (trouble := _trouble(mended))}
    return [mended for mended in files if mended.source.path not in troubles], [*troubles.values()]


def _trouble(mended: Mended) -> Trouble | None:
    try:
        write(mended)
    except UnwritableError as error:
        return Trouble(mended.source.path, 1, f"cannot be repaired: {error}")
    return None


def _with_failure(finding: Finding, failed: Iterable[Finding]) -> Finding:
    """A finding that is still there, with the fix that was tried on it and did not work."""
    same = next((one for one in failed if key(one) == key(finding)), None)
    return replace(finding, fix=same.fix) if same else finding
