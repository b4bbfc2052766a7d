"""Reviewdog's diagnostic format. Its columns count UTF-8 bytes."""

from __future__ import annotations

import json
from typing import Any

from gradcheck.base.printable import in_json
from gradcheck.output import Screen
from gradcheck.report.finding import Finding, Fix, Location
from gradcheck.report.report import Report

CARRIES_EDITS = True
BY_NUMBER = in_json
Json = dict[str, Any]


def render(report: Report, screen: Screen) -> str:
    """One diagnostic a finding or problem."""
    findings = [_diagnostic(finding, screen) for finding in (*report.findings, *report.refuted)]
    errors = [_said(f"could not look: {error.message}", error.path, error.line) for error in report.errors]
    probes = [
        _said(f"probe {probe.status}: {probe.reason or ''}", probe.target.partition(":")[0], 1)
        for probe in report.probes
        if probe.status != "ok"
    ]
    whole = {"source": {"name": "gradcheck"}, "diagnostics": [*findings, *errors, *probes]}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _diagnostic(finding: Finding, screen: Screen) -> Json:
    return {
        "message": _message(finding),
        "location": _location(finding.location, screen),
        "severity": finding.severity.name,
        "code": {"value": f"{finding.rule} {finding.name}"},
        "related_locations": [
            {"message": step.note, "location": _location(step.location, screen)} for step in finding.trail
        ],
        "suggestions": _suggestions(finding.fix, screen) if finding.fix and finding.fix.safe else [],
    }


def _message(finding: Finding) -> str:
    """A suggestion is applied by a click and has no room for a warning: an unsafe fix is only named."""
    fix = finding.fix
    named = f" (an unsafe fix: {fix.title}; `--unsafe-fixes --diff` shows it)" if fix and not fix.safe else ""
    return f"{finding.message}{named}"


def _said(message: str, path: str, line: int) -> Json:
    location = {"path": path, "range": {"start": {"line": line}}}
    return {"message": message, "location": location, "severity": "ERROR"}


def _suggestions(fix: Fix, screen: Screen) -> list[Json]:
    return [{"range": _range(edit.location, screen), "text": edit.text} for edit in fix.edits]


def _location(location: Location, screen: Screen) -> Json:
    return {"path": location.path, "range": _range(location, screen)}


def _range(location: Location, screen: Screen) -> Json:
    lines = screen.read(location.path)
    end_line = location.end_line or location.line
    return {
        "start": {"line": location.line, "column": _bytes(lines, location.line, location.column)},
        "end": {"line": end_line, "column": _bytes(lines, end_line, location.end_column or location.column)},
    }


def _bytes(lines: Any, line: int, column: int) -> int:
    text = lines[line - 1] if line <= len(lines) else ""
    return column if text.isascii() else len(text[: column - 1].encode(errors="surrogatepass")) + 1
