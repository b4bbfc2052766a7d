"""From findings to what an editor shows: marks in its text, pages on hover, code actions. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from lsprotocol import types

from gradcheck.base.lines import split
from gradcheck.base.notebook_cells import cell_of
from gradcheck.report.finding import Finding, Fix, Location
from gradcheck.report.kinds import Severity
from gradcheck.report.report import Problem
from gradcheck.source.discover import SourceFile

Place = Callable[[Location], "types.Location | None"]
"""A location as the client counts it; None for a place in no file that it knows."""
Version = Callable[[str], "int | None"]
"""The version of a document, by its address; None where it is not open."""

SOURCE = "gradcheck"
_WORD = "gradcheck:"
_LEVELS = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}


def marked(findings: Iterable[Finding], place: Place) -> Iterator[tuple[str, types.Diagnostic]]:
    """For each finding the document it is in, and its mark there."""
    for finding in findings:
        if at := place(finding.location):
            yield at.uri, _diagnostic(finding, at.range, place)


def unread(problem: Problem, place: Place) -> Iterator[tuple[str, types.Diagnostic]]:
    """The mark of what could not be looked at."""
    if at := place(Location(problem.path, problem.line)):
        message = f"could not look: {problem.message}"
        level = types.DiagnosticSeverity.Warning
        yield at.uri, types.Diagnostic(at.range, message, severity=level, source=SOURCE)


def unused(
    comments: Iterable[Problem], source: SourceFile, place: Place
) -> Iterator[tuple[str, types.Diagnostic]]:
    """The marks of comments that silence nothing: an editor greys them out."""
    level, tags = types.DiagnosticSeverity.Hint, [types.DiagnosticTag.Unnecessary]
    for comment in comments:
        if at := place(_of_comment(comment, source)):
            yield (
                at.uri,
                types.Diagnostic(at.range, comment.message, severity=level, source=SOURCE, tags=tags),
            )


def _of_comment(comment: Problem, source: SourceFile) -> Location:
    """Where a comment stands that is told by its line."""
    number = cell_of(comment.path)
    before = source.cells[number - 1] - 1 if 0 < number <= len(source.cells) else 0
    text = split(source.text)[before + comment.line - 1].rstrip("\r\n")
    start = text.rfind("#", 0, text.rfind(_WORD))
    return Location(comment.path, comment.line, start + 1, comment.line, len(text) + 1)


def actions(finding: Finding, place: Place, version: Version | None) -> Iterator[types.CodeAction]:
    """What can be done about a finding that has a fix; `version` is None for a client that takes none."""
    fix, at = finding.fix, place(finding.location)
    if fix is None or at is None or (edit := _edit(fix, place, version)) is None:
        return
    yield types.CodeAction(
        title=f"{fix.title} ({finding.rule})" if fix.safe else f"{fix.title} ({finding.rule}, unsafe)",
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[_diagnostic(finding, at.range, place)],
        edit=edit,
        is_preferred=fix.safe,
    )


def overlap(one: types.Range, other: types.Range) -> bool:
    """Whether two ranges share a place."""
    return not (_key(one.end) < _key(other.start) or _key(other.end) < _key(one.start))


def _diagnostic(finding: Finding, at: types.Range, place: Place) -> types.Diagnostic:
    trail = ((place(step.location), step.note) for step in finding.trail)
    parts = (finding.message, finding.why, finding.advice)
    return types.Diagnostic(
        range=at,
        message="\n".join(part for part in parts if part),
        severity=_LEVELS[finding.severity],
        code=f"{finding.rule} {finding.name}",
        source=SOURCE,
        related_information=[
            types.DiagnosticRelatedInformation(location=where, message=note) for where, note in trail if where
        ],
    )


def _edit(fix: Fix, place: Place, version: Version | None) -> types.WorkspaceEdit | None:
    changes: dict[str, list[types.TextEdit]] = {}
    for edit in fix.edits:
        at = place(edit.location)
        if at is None:
            return None
        changes.setdefault(at.uri, []).append(types.TextEdit(at.range, edit.text))
    if version is None:
        return types.WorkspaceEdit(changes=dict(_sorted(changes)))
    return types.WorkspaceEdit(document_changes=[*_versioned(changes, version)])


def _versioned(
    changes: Mapping[str, list[types.TextEdit]], version: Version
) -> Iterator[types.TextDocumentEdit]:
    """The changes for a client that refuses those of a text which has changed since."""
    for uri, edits in _sorted(changes):
        yield types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier(uri, version(uri)), edits)


def _sorted(
    changes: Mapping[str, list[types.TextEdit]],
) -> Iterator[tuple[str, list[types.TextEdit]]]:
    for uri, edits in changes.items():
        yield uri, sorted(edits, key=lambda edit: _key(edit.range.start))


def _key(position: types.Position) -> tuple[int, int]:
    return position.line, position.character
