"""Which findings of a report the user wants to see, and how severe they are to this user. Pure functions."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import replace

from gradcheck.base.notebook_cells import notebook_of
from gradcheck.config.options import Options
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Evidence, Severity
from gradcheck.report.report import Report

Lines = Mapping[str, frozenset[int]]
"""For each changed file its changed lines."""
Key = tuple[str, str]
"""A file and the code of a rule."""


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


def on_changed_lines(report: Report, changed: Lines, grown: Set[Key] = frozenset()) -> Report:
    """The report with only the findings whose range touches a changed line, and those of a file and a rule
    that `grown` names."""
    kept = (one for one in report.findings if _touches(one, changed) or (_counts(one) and _key(one) in grown))
    return replace(report, findings=tuple(kept))


def left_out(report: Report, changed: Lines) -> bool:
    """Whether the source shows a finding that touches no changed line."""
    return any(_counts(one) and not _touches(one, changed) for one in report.findings)


def grown(report: Report, earlier: Report) -> Set[Key]:
    """The files with more findings of a rule than earlier, and the rule. Of a file that could not be read
    then, nobody can tell."""
    unread = {_file(problem.path) for problem in earlier.errors}
    more = _count(report) - _count(earlier)
    return {key for key in more if key[0] not in unread}


def _count(report: Report) -> Counter[Key]:
    return Counter(_key(finding) for finding in report.findings if _counts(finding))


def _counts(finding: Finding) -> bool:
    """Whether the source alone shows a finding, as it would have earlier."""
    return finding.evidence is not Evidence.PROBE


def _key(finding: Finding) -> Key:
    return _file(finding.location.path), finding.rule


def _file(path: str) -> str:
    return os.path.abspath(notebook_of(path))


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
