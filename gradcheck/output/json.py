"""The report as JSON, as `report.schema.json` describes it: the interface other tools depend on."""

from __future__ import annotations

import json
from typing import Any

from gradcheck.base.notebook_cells import cell_of, notebook_of
from gradcheck.base.printable import in_json
from gradcheck.base.version import __version__
from gradcheck.output import Screen
from gradcheck.report.fate import Obstacle, WeightFate
from gradcheck.report.finding import Finding, Fix, Location
from gradcheck.report.report import Problem, Report
from gradcheck.report.verdict import Probe, Verdict

CARRIES_EDITS = True
TELLS_NOTES = True
KNOWS_CELLS = True
BY_NUMBER = in_json
SCHEMA = 1

Json = dict[str, Any]


def render(report: Report, screen: Screen) -> str:
    """The whole report as one indented object."""
    return json.dumps(document(report), indent=2, ensure_ascii=False) + "\n"


def document(report: Report) -> Json:
    """The report as JSON-able values. Refuted findings come last, as infos."""
    return {
        "schema": SCHEMA,
        "tool": {"name": "gradcheck", "version": __version__},
        "findings": [finding_row(finding) for finding in (*report.findings, *report.refuted)],
        "probes": [_probe(probe, report) for probe in report.probes],
        "weights": [_weight(weight, report) for weight in report.weights],
        "errors": [error_row(error) for error in report.errors],
        "fixed": [finding_row(finding) for finding in report.fixed],
        "notes": [*map(error_row, report.unused_comments), *({"message": note} for note in report.notes)],
    }


def finding_row(finding: Finding) -> Json:
    """One finding."""
    return {
        "rule": finding.rule,
        "name": finding.name,
        "severity": finding.severity.value,
        "message": finding.message,
        **_range(finding.location),
        "evidence": finding.evidence.value,
        "keras": list(finding.keras),
        "variables": list(finding.variables),
        "trail": [{**_place(step.location), "note": step.note} for step in finding.trail],
        "fix": _fix(finding.fix) if finding.fix else None,
        "alternatives": [_fix(fix) for fix in finding.alternatives],
    }


def error_row(error: Problem) -> Json:
    """One thing that is said of a line: mostly that it could not be looked at."""
    return {**_file(error.path), "line": error.line, "message": error.message}


def _probe(probe: Probe, report: Report) -> Json:
    said = [part for part in (probe.reason, *probe.notes) if part]
    return {
        "target": probe.target,
        "kind": probe.kind,
        "keras": probe.keras,
        "tensorflow": probe.tensorflow,
        "status": probe.status,
        "reason": "; ".join(said) or None,
        "protection": probe.protection or None,
        "variables": [_variable(verdict, report) for verdict in probe.verdicts],
    }


def _weight(one: WeightFate, report: Report) -> Json:
    return {
        "name": one.weight.label,
        **_place(one.weight.birth),
        "finding": report.finding_of(one),
        "fates": {keras: fate.value for keras, fate in one.fates},
        "unknown": _obstacle(one.obstacle) if one.obstacle else None,
        "seen": [status.value for status in one.seen],
    }


def _obstacle(met: Obstacle) -> Json:
    where = {**_file(met.location.path), "line": met.location.line}
    return {"reason": met.reason.value, "expression": met.expression, **where}


def _variable(verdict: Verdict, report: Report) -> Json:
    variable, birth = verdict.variable, verdict.variable.birth
    return {
        "path": variable.path,
        "birth": _spot(birth) if birth else None,
        "shape": list(variable.shape),
        "dtype": variable.dtype,
        "norm": _finite(verdict.norm),
        "finding": report.blamed(verdict),
        "gradient": verdict.status.value,
        **({"mark": verdict.mark} if verdict.mark else {}),
        **({"switched_off": _spot(verdict.switched_off)} if verdict.switched_off else {}),
    }


def _spot(location: Location) -> Json:
    return {**_file(location.path), "line": location.line}


def _finite(norm: float | None) -> float | None:
    """JSON has no NaN and no Infinity; the status already says so."""
    return norm if norm is not None and abs(norm) < float("inf") else None


def _place(location: Location) -> Json:
    return {**_file(location.path), "line": location.line, "column": location.column}


def _file(path: str) -> Json:
    """A path; in a notebook also the number of the code cell, from 1, whose lines are meant."""
    return {"path": notebook_of(path), "cell": cell_of(path)} if cell_of(path) else {"path": path}


def _range(location: Location) -> Json:
    return {
        **_place(location),
        "end_line": location.end_line or location.line,
        "end_column": location.end_column or location.column,
    }


def _fix(fix: Fix) -> Json:
    return {
        "title": fix.title,
        "safety": "safe" if fix.safe else "unsafe",
        "changes": fix.changes,
        "edits": [{**_range(edit.location), "text": edit.text} for edit in fix.edits],
        "verified": fix.verified,
        "reason": fix.reason,
    }
