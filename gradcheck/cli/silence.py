"""Comments silence what only the probe saw, too; the static half has heeded them for its own findings."""

from __future__ import annotations

from dataclasses import replace

from gradcheck.kinds import Evidence
from gradcheck.report import Report
from gradcheck.source.discover import SourceFile, read
from gradcheck.source.parse import Module, parse
from gradcheck.source.suppress import Suppression, suppressions


def silence(report: Report) -> Report:
    """The report without the measured findings that a comment in the program silences."""
    seen = [finding for finding in report.findings if finding.evidence is Evidence.PROBE]
    comments = {path: _comments(path) for path in {finding.location.path for finding in seen}}
    used = [
        (finding, comment)
        for finding in seen
        for comment in comments[finding.location.path]
        if comment.silences(finding)
    ]
    silenced = {finding for finding, _ in used}
    places = {(finding.location.path, comment.comment_line) for finding, comment in used}
    return replace(
        report,
        findings=tuple(finding for finding in report.findings if finding not in silenced),
        notes=tuple(note for note in report.notes if not any(_about(note, *place) for place in places)),
    )


def _comments(path: str) -> tuple[Suppression, ...]:
    source = read(path)
    module = parse(source) if isinstance(source, SourceFile) else source
    return tuple(suppressions(module)) if isinstance(module, Module) else ()


def _about(note: str, path: str, line: int) -> bool:
    """Whether a note complains that this comment silences nothing: it does, at run time."""
    return note.startswith(f"{path}:{line}: ") and note.endswith("silences nothing")
