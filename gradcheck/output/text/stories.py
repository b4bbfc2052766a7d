"""All that a report tells of findings and probes, one block each."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.base.notebook_cells import notebook_of
from gradcheck.output import Screen
from gradcheck.output.text.finding import entry, further, heading, story, told
from gradcheck.output.text.probe import program
from gradcheck.report.finding import Finding
from gradcheck.report.report import Report


def stories(report: Report, screen: Screen) -> Iterator[Iterator[str]]:
    """Findings as stories, what became of others, and probed variables as tables."""
    for first, *others in _groups(report):
        yield story(first, report, screen)
        yield from (further(other, first, report, screen) for other in others)
    yield from (_refuted(finding, screen) for finding in report.refuted)
    yield (_fixed(finding, screen) for finding in report.fixed)
    shown = (probe for probe in report.probes if not screen.quiet or probe.status != "ok")
    yield from (program(probe, report, screen) for probe in shown)


def _groups(report: Report) -> Iterator[list[Finding]]:
    """The findings of one rule in a file together, where the first of them stands: they share its reasons."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in report.findings:
        groups.setdefault((notebook_of(finding.location.path), finding.rule), []).append(finding)
    return iter(groups.values())


def _refuted(finding: Finding, screen: Screen) -> Iterator[str]:
    yield from heading(finding, screen)
    text = "the source looks like this fault, but the gradient arrives: a false alarm, please report it"
    yield from entry("refuted", text, screen)


def _fixed(finding: Finding, screen: Screen) -> str:
    place = f"{finding.location.path}:{finding.location.line}:{finding.location.column}"
    return f"{screen.paint('good', 'fixed')} {place}: {finding.rule} {told(finding)}"
