"""Which findings of a report the user wants to see, and how severe they are to this user. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from gradcheck.config.options import Options
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Severity
from gradcheck.report.report import Report

Lines = Mapping[str, frozenset[int]]
"""For each changed file its changed lines."""


def narrow(report: Report, options: Options) -> Report:
    """The report with the user's severities, without rules that are off and files that ignore them."""
    leveled = (_leveled(finding, options) for finding in report.findings)
    kept = (
        finding for finding in leveled if _wanted(finding, options, finding.severity is not Severity.INFO)
    )
    # A refuted finding is an info, but a false alarm of ours is said without being asked for.
    refuted = tuple(finding for finding in report.refuted if _wanted(finding, options, by_default=True))
    # Where a program ran, what is most certain comes first.
    findings = tuple(kept) if report.probes else tuple(sorted(kept, key=_place))
    return replace(report, findings=findings, refuted=refuted)


def concerning(findings: Iterable[Finding], kerases: Iterable[str]) -> Iterator[Finding]:
    """The findings that hold under any of these Kerases."""
    wanted = set(kerases)
    return (finding for finding in findings if wanted & set(finding.keras))


def on_changed_lines(report: Report, changed: Lines) -> Report:
    """The report with only the findings whose range touches a changed line."""
    return replace(report, findings=tuple(one for one in report.findings if _touches(one, changed)))


def _leveled(finding: Finding, options: Options) -> Finding:
    return replace(finding, severity=options.severity_of(finding.rule, finding.name, finding.severity))


def _wanted(finding: Finding, options: Options, by_default: bool) -> bool:
    on = options.selects(finding.rule, finding.name, by_default=by_default)
    return on and not options.ignored_in(finding.location.path, finding.rule, finding.name)


def _touches(finding: Finding, changed: Lines) -> bool:
    location = finding.location
    span = range(location.line, max(location.line, location.end_line) + 1)
    return not changed.get(location.path, frozenset()).isdisjoint(span)


def _place(finding: Finding) -> tuple[str, int, int, str]:
    return finding.location.path, finding.location.line, finding.location.column, finding.rule
