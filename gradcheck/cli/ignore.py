"""The end of a run that silences what it found: a comment above each statement, and what was not possible."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

import click

from gradcheck.base.printable import printable
from gradcheck.cli.printing import say_line, tell
from gradcheck.config.options import Options
from gradcheck.fix.apply.files import UnwritableError, write
from gradcheck.fix.apply.offers import by_file
from gradcheck.fix.apply.silence import silenced
from gradcheck.report.finding import Finding
from gradcheck.report.places import undotted
from gradcheck.report.report import Report
from gradcheck.source.discover import SourceFile


def ignore(report: Report, reason: str, options: Options) -> NoReturn:
    """Write the comments, say what they silence, and end: 0 when nothing is left."""
    said = reason.strip()
    if not said or printable(said) != said:
        raise click.UsageError("--add-ignore: say why, in one line")
    codes = [_code(source, findings, said, options) for source, findings in by_file(report.findings).items()]
    for problem in report.errors:
        tell(f"could not look: {problem.path}:{problem.line}: {problem.message}")
    raise click.exceptions.Exit(2 if report.errors else max(codes, default=0))


def _code(source: SourceFile, findings: Sequence[Finding], reason: str, options: Options) -> int:
    """Silence one file's findings: 0 when none is left, 1 when some are, 2 when the file cannot be
    written."""
    made = silenced(source, findings, reason, options)
    try:
        if made.done:
            write(made.file)
    except UnwritableError as error:
        tell(f"{source.path}: cannot be written: {error}")
        return 2
    for finding in made.done:
        say_line(f"{_place(finding)}: silenced {finding.rule}: {reason}")
    for finding in made.left:
        tell(f"{_place(finding)}: {finding.rule} could not be silenced by a comment above its statement")
    return int(bool(made.left))


def _place(finding: Finding) -> str:
    at = finding.location
    return f"{undotted(at.path)}:{at.line}:{at.column}"
