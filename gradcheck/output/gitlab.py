"""A GitLab Code Quality report."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from gradcheck.base.printable import in_json
from gradcheck.output import Screen
from gradcheck.report.kinds import Severity
from gradcheck.report.report import Report

BY_NUMBER = in_json
_LEVELS = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}

Issue = dict[str, Any]


def render(report: Report, screen: Screen) -> str:
    """A list of issues; their fingerprints stay when lines move."""
    return json.dumps(list(_distinct(_issues(report))), indent=2, ensure_ascii=False) + "\n"


def _issues(report: Report) -> Iterator[Issue]:
    for finding in (*report.findings, *report.refuted):
        name = f"{finding.rule} {finding.name}"
        yield _issue(
            name, finding.message, _LEVELS[finding.severity], finding.location.path, finding.location.line
        )
    for error in report.errors:
        yield _issue("gradcheck could not look", error.message, "critical", error.path, error.line)
    for probe in report.probes:
        if probe.status != "ok":
            path = probe.target.partition(":")[0]
            yield _issue("gradcheck probe", f"{probe.status}: {probe.reason or ''}", "critical", path, 1)


def _issue(name: str, text: str, severity: str, path: str, line: int) -> Issue:
    location = {"path": path, "lines": {"begin": line}}
    return {"description": text, "check_name": name, "severity": severity, "location": location}


def _distinct(issues: Iterator[Issue]) -> Iterator[Issue]:
    """Each issue with a fingerprint of its own; two alike in one file are told apart by their number."""
    seen: Counter[tuple[str, ...]] = Counter()
    for issue in issues:
        key = (issue["location"]["path"], issue["check_name"], issue["description"])
        digest = sha256("\0".join((*key, str(seen[key]))).encode(errors="surrogatepass")).hexdigest()[:32]
        seen[key] += 1
        yield {**issue, "fingerprint": digest}
