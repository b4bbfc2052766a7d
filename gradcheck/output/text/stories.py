"""All that a report tells of findings and probes, one block each."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.output import Screen
from gradcheck.output.text.finding import entry, headline, story, told
from gradcheck.output.text.probe import program
from gradcheck.report.finding import Finding
from gradcheck.report.report import Report


def stories(report: Report, screen: Screen) -> Iterator[Iterator[str]]:
    """Findings as stories, what became of others, and probed variables as tables."""
    yield from (story(finding, report, screen) for finding in report.findings)
    yield from (_refuted(finding, screen) for finding in report.refuted)
    yield (_fixed(finding, screen) for finding in report.fixed)
    shown = (probe for probe in report.probes if not screen.quiet or probe.status != "ok")
    yield from (program(probe, report, screen) for probe in shown)


def _refuted(finding: Finding, screen: Screen) -> Iterator[str]:
    yield headline(finding, screen)
    text = "the source looks like this fault, but the gradient arrives: a false alarm, please report it"
    yield from entry("refuted", text, screen)


def _fixed(finding: Finding, screen: Screen) -> str:
    place = f"{finding.location.path}:{finding.location.line}:{finding.location.column}"
    return f"{screen.paint('good', 'fixed')} {place}: {finding.rule} {told(finding)}"
