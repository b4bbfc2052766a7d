"""One line a finding, for editors, grep and the eye in a hurry."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.output import Screen
from gradcheck.output.text.finding import headline
from gradcheck.output.text.summary import statistics, summary
from gradcheck.report.report import Report

KNOWS_CELLS = True


def render(report: Report, screen: Screen) -> str:
    """Headlines, problems, and the summary."""
    return "\n".join(_lines(report, screen)) + "\n"


def _lines(report: Report, screen: Screen) -> Iterator[str]:
    yield from (headline(finding, screen) for finding in (*report.findings, *report.refuted))
    for probe in report.probes:
        if probe.status != "ok":
            yield f"{probe.target}: {probe.status}: {probe.reason or 'the probe gave no reason'}"
    yield from (f"{error.path}:{error.line}: could not look: {error.message}" for error in report.errors)
    if screen.statistics:
        yield from statistics(report)
    if not screen.quiet:
        yield summary(report, screen)
