"""Workflow commands that GitHub shows as annotations on the lines of a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.output import Screen
from gradcheck.output.text.summary import summary
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Severity
from gradcheck.report.report import Report

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: Report, screen: Screen) -> str:
    """One annotation a finding or problem, and the summary for the log."""
    return "\n".join([*_lines(report), summary(report, Screen())]) + "\n"


def _lines(report: Report) -> Iterator[str]:
    for finding in (*report.findings, *report.refuted):
        yield f"::{_COMMANDS[finding.severity]} {_properties(finding)}::{_text(_message(finding))}"
    for error in report.errors:
        place = f"file={_property(error.path)},line={error.line},title=gradcheck could not look"
        yield f"::error {place}::{_text(error.message)}"
    for probe in report.probes:
        if probe.status != "ok":
            reason = f"{probe.target}: {probe.status}: {probe.reason or 'no reason was given'}"
            level = "error" if probe.status == "failed" else "warning"
            yield f"::{level} title=gradcheck probe::{_text(reason)}"


def _properties(finding: Finding) -> str:
    place = finding.location
    values = {
        "file": place.path,
        "line": place.line,
        "endLine": place.end_line or place.line,
        "col": place.column,
        "endColumn": place.end_column or place.column,
        "title": f"{finding.rule} {finding.name}",
    }
    return ",".join(f"{key}={_property(str(value))}" for key, value in values.items())


def _message(finding: Finding) -> str:
    return "\n".join(part for part in (finding.message, finding.why, finding.advice) if part)


def _text(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _text(text).replace(":", "%3A").replace(",", "%2C")
