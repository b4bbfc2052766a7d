"""The report for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.finding import Finding
from gradcheck.output import Screen
from gradcheck.output.text.finding import entry, headline, story, told
from gradcheck.output.text.probe import program
from gradcheck.output.text.summary import statistics, summary
from gradcheck.report import Report


def render(report: Report, screen: Screen) -> str:
    """Findings as stories, probed variables as tables, and one last line that sums it up."""
    blocks = ("\n".join(block) for block in _blocks(report, screen))
    return "\n\n".join(block for block in blocks if block) + "\n"


def _blocks(report: Report, screen: Screen) -> Iterator[Iterator[str]]:
    yield from (story(finding, report, screen) for finding in report.findings)
    yield from (_refuted(finding, screen) for finding in report.refuted)
    yield (_fixed(finding, screen) for finding in report.fixed)
    yield from (program(probe, report, screen) for probe in report.probes)
    yield _errors(report, screen)
    yield (f"note: {note}" for note in report.notes)
    yield statistics(report) if screen.statistics else iter(())
    yield iter([summary(report, screen)])


def _refuted(finding: Finding, screen: Screen) -> Iterator[str]:
    yield headline(finding, screen)
    text = "the source looks like this fault, but the gradient arrives: a false alarm, please report it"
    yield from entry("refuted", text, screen)


def _fixed(finding: Finding, screen: Screen) -> str:
    place = f"{finding.location.path}:{finding.location.line}:{finding.location.column}"
    return f"{screen.paint('good', 'fixed')} {place}: {finding.rule} {told(finding)}"


def _errors(report: Report, screen: Screen) -> Iterator[str]:
    label = screen.paint("error", "could not look:")
    return (f"{label} {error.path}:{error.line}: {error.message}" for error in report.errors)
