"""Comments silence what only the probe saw, too; the static half has heeded them for its own findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from gradcheck.base.notebook_cells import notebook_of
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Evidence
from gradcheck.report.report import Problem, Report
from gradcheck.source.discover import SourceFile, read
from gradcheck.source.parse import Module, parse
from gradcheck.source.suppress import suppress, suppressions

Read = Callable[[str], "SourceFile | Problem"]


def silence(report: Report, read: Read = read) -> Report:
    """The report without the measured findings that a comment in the program silences."""
    seen: dict[str, list[Finding]] = {}
    for finding in report.findings:
        if finding.evidence is Evidence.PROBE:
            seen.setdefault(notebook_of(finding.location.path), []).append(finding)
    for path, findings in seen.items():
        if (module := _module(path, read)) is not None:
            report = _silenced(report, module, findings)
    return report


def _silenced(report: Report, module: Module, seen: Iterable[Finding]) -> Report:
    kept, unused = suppress(module, [*seen])
    silenced = {*seen} - {*kept}
    used = {comment.comment_line for comment in suppressions(module) if comment not in unused}
    return replace(
        report,
        findings=tuple(finding for finding in report.findings if finding not in silenced),
        unused_comments=tuple(
            one for one in report.unused_comments if one.path != module.path or one.line not in used
        ),
    )


def _module(path: str, read: Read) -> Module | None:
    source = read(path)
    module = parse(source) if isinstance(source, SourceFile) else None
    return module if isinstance(module, Module) else None
