"""SARIF 2.1.0, for code scanning services and editors; the trail is a thread flow."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from gradcheck.base.addresses import uri_of
from gradcheck.base.printable import in_json
from gradcheck.base.version import __version__
from gradcheck.output import Screen
from gradcheck.output.text.probe import PROTECTION
from gradcheck.page import summary
from gradcheck.registry import Entry, entries
from gradcheck.report.finding import Edit, Finding, Fix, Location
from gradcheck.report.kinds import Severity
from gradcheck.report.report import Problem, Report

CARRIES_EDITS = True
TELLS_NOTES = True
BY_NUMBER = in_json
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

Json = dict[str, Any]


def render(report: Report, screen: Screen) -> str:
    """One run with the rules that found something, their results, and what could not be done."""
    whole = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(report)]}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _run(report: Report) -> Json:
    findings = (*report.findings, *report.refuted)
    codes = sorted({finding.rule for finding in findings})
    return {
        "tool": {"driver": {"name": "gradcheck", "version": __version__, "rules": _rules(codes, findings)}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, codes) for finding in findings],
        "invocations": [
            {"executionSuccessful": report.exit_code != 2, "toolExecutionNotifications": [*_said(report)]}
        ],
    }


def _rules(codes: Sequence[str], findings: Sequence[Finding]) -> list[Json]:
    known = {entry.rule.code: entry for entry in entries()}
    first = {finding.rule: finding for finding in reversed(findings)}
    return [
        {"id": code, "name": first[code].name, **(_page(known[code]) if code in known else _own(first[code]))}
        for code in codes
    ]


def _own(finding: Finding) -> Json:
    """A rule of the project's own, whose page is not with the report: what its first finding says of it."""
    return {
        "shortDescription": {"text": finding.name.replace("-", " ").capitalize()},
        "help": {"text": "\n".join(part for part in (finding.why, finding.advice) if part)},
    }


def _page(entry: Entry) -> Json:
    return {
        "shortDescription": {"text": summary(entry.page)},
        "help": {"text": entry.page.strip(), "markdown": entry.page.strip()},
        "defaultConfiguration": {"level": _LEVELS[entry.rule.severity]},
    }


def _result(finding: Finding, codes: Sequence[str]) -> Json:
    parts = (finding.message, finding.why, finding.advice)
    return {
        "ruleId": finding.rule,
        "ruleIndex": codes.index(finding.rule),
        "level": _LEVELS[finding.severity],
        "message": {"text": "\n".join(part for part in parts if part)},
        "locations": [{"physicalLocation": _physical(finding.location)}],
        "codeFlows": _flow(finding),
        "fixes": [_fix(finding.fix)] if finding.fix else [],
        "properties": {
            "evidence": finding.evidence.value,
            "keras": list(finding.keras),
            "variables": list(finding.variables),
        },
    }


def _flow(finding: Finding) -> list[Json]:
    steps = [
        {"location": {"physicalLocation": _physical(step.location), "message": {"text": step.note}}}
        for step in finding.trail
    ]
    return [{"threadFlows": [{"locations": steps}]}] if steps else []


def _fix(fix: Fix) -> Json:
    by_file: dict[str, list[Edit]] = {}
    for edit in fix.edits:
        by_file.setdefault(edit.location.path, []).append(edit)
    changes = [
        {"artifactLocation": _artifact(path), "replacements": _edits(by_file[path])} for path in by_file
    ]
    title = fix.title if fix.safe else f"Unsafe, as it changes more than the gradient: {fix.title}"
    return {"description": {"text": title}, "artifactChanges": changes}


def _edits(edits: Sequence[Edit]) -> list[Json]:
    return [
        {"deletedRegion": _region(edit.location), "insertedContent": {"text": edit.text}} for edit in edits
    ]


def _said(report: Report) -> Iterator[Json]:
    """What the run says of itself: what it could not do, then its notes."""
    yield from (_on_a_line("error", error) for error in report.errors)
    for probe in report.probes:
        if probe.status != "ok":
            yield _told("error", f"{probe.target}: {probe.status}: {probe.reason or ''}")
    for probe in report.probes:
        writes = [f"writes: {PROTECTION[probe.protection]}"] if probe.protection else []
        yield from (_told("note", f"{probe.target}: {note}") for note in (*writes, *probe.notes))
    yield from (_on_a_line("note", comment) for comment in report.unused_comments)
    yield from (_told("note", note) for note in report.notes)


def _on_a_line(level: str, problem: Problem) -> Json:
    place = _physical(Location(problem.path, problem.line))
    return {**_told(level, problem.message), "locations": [{"physicalLocation": place}]}


def _told(level: str, text: str) -> Json:
    return {"level": level, "message": {"text": text}}


def _physical(location: Location) -> Json:
    return {"artifactLocation": _artifact(location.path), "region": _region(location)}


def _artifact(path: str) -> Json:
    return {"uri": uri_of(path)}


def _region(location: Location) -> Json:
    region = {"startLine": location.line, "startColumn": location.column}
    if location.end_line:
        region |= {"endLine": location.end_line, "endColumn": location.end_column}
    return region
