"""Which fix a finding can have: the first one whose result, checked anew, no longer shows the finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from gradcheck.base.notebook_cells import notebook_of
from gradcheck.config.options import Options
from gradcheck.fix.apply.edits import difference
from gradcheck.fix.apply.notebook import flat, in_cells
from gradcheck.fix.apply.recheck import Checkup, checkup
from gradcheck.fix.registry import Entry, entries_for
from gradcheck.report.finding import Edit, Finding, Fix
from gradcheck.report.report import Report
from gradcheck.source.discover import SourceFile, read

Wanted = Callable[[Finding, Fix], bool]
"""Whether a fix is to be had for a finding."""


def with_fixes(report: Report, options: Options) -> Report:
    """The report, each finding with the fix it can have, as edits of the files as they are."""
    offered: dict[Finding, Finding] = {}
    for source, findings in by_file(report.findings).items():
        offered |= zip(findings, with_fixes_in(source, findings, options), strict=True)
    return replace(report, findings=tuple(offered.get(finding, finding) for finding in report.findings))


def with_fixes_in(source: SourceFile, findings: Iterable[Finding], options: Options) -> Iterator[Finding]:
    """The findings of one text, each with the fix it can have, as edits of that text."""
    before = checkup(source.path, source.text, options)
    for finding in findings:
        fix = _fix(finding, source, before, options)
        yield replace(finding, fix=fix) if fix else finding


def by_file(findings: Iterable[Finding]) -> dict[SourceFile, list[Finding]]:
    """Findings by the file they point at, as far as it can be read."""
    grouped: dict[str, list[Finding]] = {}
    for finding in findings:
        grouped.setdefault(notebook_of(finding.location.path), []).append(finding)
    sources = ((read(path), group) for path, group in grouped.items())
    return {source: group for source, group in sources if isinstance(source, SourceFile)}


def rewrites(
    finding: Finding,
    before: Checkup,
    source: SourceFile,
    options: Options,
    wanted: Wanted = lambda finding, fix: True,
) -> Iterator[tuple[Fix, Checkup]]:
    """Each wanted fix that helps, with the text it makes and what is then found in it. `finding` and `before`
    are of one text, which `source` was or has become; the fix's edits are those of the source."""
    for entry in entries_for(finding.kind):
        text = _mended(entry, before, finding) if wanted(finding, _made(entry)) else None
        if text is not None and text != before.text:
            after = checkup(source.path, text, options)
            edits = in_cells(difference(source.path, source.text, text), source)
            if edits is not None and after.improves(before, finding):
                yield _made(entry, edits), after


def _mended(entry: Entry, before: Checkup, finding: Finding) -> str | None:
    """What a fix makes of a text; None when it cannot, or when it meets what its author did not foresee:
    then it must not be offered."""
    try:
        module = entry.fix(before.tree, finding)
        return None if module is None else module.code
    except Exception:  # no fix is the worst that a fault of ours may cost
        return None


def _fix(finding: Finding, source: SourceFile, before: Checkup, options: Options) -> Fix | None:
    return next((fix for fix, _ in rewrites(flat(finding, source), before, source, options)), None)


def _made(entry: Entry, edits: tuple[Edit, ...] = ()) -> Fix:
    return Fix(entry.fixer.title, entry.fixer.safe, edits, keeps_value=entry.fixer.keeps_value)
