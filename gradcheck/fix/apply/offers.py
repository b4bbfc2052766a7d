"""Which fixes a finding can have: those whose result, checked anew, no longer shows the finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, islice

from gradcheck.base.faults import give_way
from gradcheck.base.lines import without_bare_returns
from gradcheck.base.notebook_cells import notebook_of
from gradcheck.config.options import Options
from gradcheck.fix.apply.endings import changes
from gradcheck.fix.apply.notebook import flat, in_cells
from gradcheck.fix.apply.recheck import Checkup, checkup
from gradcheck.fix.cst.repeats import repeated
from gradcheck.fix.registry import Entry, entries_for
from gradcheck.report.finding import Edit, Finding, Fix
from gradcheck.report.report import Report
from gradcheck.source.discover import SourceFile, read

Wanted = Callable[[Finding, Fix], bool]
"""Whether a fix is to be had for a finding."""
MOST_OFFERS = 3
"""Fixes told for one finding."""
LONGEST = 3
"""Steps that one fix may take: a value that leaves TensorFlow twice on its way needs two."""
MOST_WORK_IN_FILE, MOST_WORK = 2_000_000, 20_000_000
"""Characters that fixes are tried on, in one file and in one report: some ten seconds, and a hundred."""
_NOT_LOOKED = "fixes were looked for in {} of {} findings; all would take too long (`--diff` tries them)"


def with_fixes(report: Report, options: Options) -> Report:
    """The report, each finding with the fixes it can have, as edits of the files as they are. Where the time
    does not allow to look at all, a note says so."""
    offered: dict[Finding, Finding] = {}
    left, looked, total = MOST_WORK, 0, 0
    for source, findings in by_file(report.findings).items():
        some = findings[: affordable(source, findings, left)]
        left -= _work(source, some)
        looked, total = looked + len(some), total + len(findings)
        offered |= zip(some, with_fixes_in(source, some, options), strict=True)
    notes = [_NOT_LOOKED.format(looked, total)] if looked < total else []
    shown = tuple(offered.get(finding, finding) for finding in report.findings)
    return replace(report, findings=shown, notes=(*report.notes, *notes))


def with_fixes_in(source: SourceFile, findings: Sequence[Finding], options: Options) -> Iterator[Finding]:
    """The findings of one text, each with the fixes it can have, as edits of that text; for the last of very
    many, none is looked for."""
    before = checkup(source.path, without_bare_returns(source.text), options)
    number = affordable(source, findings, MOST_WORK)
    for finding in findings[:number]:
        yield _offered(finding, source, before, options)
    yield from findings[number:]


def affordable(source: SourceFile, findings: Sequence[Finding], left: int) -> int:
    """In how many findings of a file fixes are looked for: what that takes is foretold from the length of the
    text and the number of fixes, and not measured, so that a report does not depend on how busy a machine
    is."""
    most = min(MOST_WORK_IN_FILE, left)
    sums = accumulate(_work(source, [finding]) for finding in findings)
    return sum(1 for work in sums if work <= most)


def _work(source: SourceFile, findings: Iterable[Finding]) -> int:
    """Each fix is tried on the whole text, which is then checked anew."""
    return sum(len(source.text) * (1 + len(entries_for(finding.kind))) for finding in findings)


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
    """Each wanted fix that helps, with the text it makes and what is then found in it: those of one step
    first. `finding` and `before` are of one text, which `source` was or has become; the fix's edits are those
    of the source."""
    for made, after in _ways(finding, before, source, options):
        edits = in_cells(changes(source.path, source.text, after.text), source)
        fix = _told(made, before, after)
        if edits is not None and wanted(finding, fix):
            yield replace(fix, edits=edits), after


_Way = tuple[Fix, Checkup]


def _ways(finding: Finding, before: Checkup, source: SourceFile, options: Options) -> Iterator[_Way]:
    """Every fix that helps by itself; where none does, those that do so in several steps."""
    steps: list[_Way] = []
    helped = False
    for fix, after in _steps(finding, before, source, options):
        steps.append((fix, after))
        if after.improves(before, finding):
            helped = True
            yield fix, after
    if not helped:
        yield from _chains(finding, before, steps, source, options)


def _steps(finding: Finding, before: Checkup, source: SourceFile, options: Options) -> Iterator[_Way]:
    """What each fix makes of a text, whether or not it helps."""
    for entry in entries_for(finding.kind):
        text = _mended(entry, before, finding)
        if text is not None and text != before.text:
            fixer = entry.fixer
            yield (
                Fix(fixer.title, fixer.safe, (), keeps_value=fixer.keeps_value),
                before.changed(source.path, text, options),
            )


def _whole(finding: Finding, before: Checkup, steps: Iterable[_Way]) -> Iterator[_Way]:
    return ((fix, after) for fix, after in steps if after.improves(before, finding))


def _chains(
    finding: Finding,
    before: Checkup,
    steps: Iterable[_Way],
    source: SourceFile,
    options: Options,
    length: int = LONGEST,
) -> Iterator[_Way]:
    """Fixes of several steps: where one only moves the cut along the path, the next one goes on there."""
    for fix, after in steps if length > 1 else ():
        for left in after.hands_on(before, finding):
            further = [*_steps(left, after, source, options)]
            ends = [
                *_whole(finding, before, further),
                *_chains(finding, before, further, source, options, length - 1),
            ]
            yield from ((_joined(fix, then), end) for then, end in ends[:1])


def _joined(fix: Fix, then: Fix) -> Fix:
    """Two steps as one fix."""
    said = fix.title if then.title == fix.title else f"{fix.title}; {then.title[:1].lower()}{then.title[1:]}"
    return Fix(said, fix.safe and then.safe, (), keeps_value=fix.keeps_value and then.keeps_value)


def _told(fix: Fix, before: Checkup, after: Checkup) -> Fix:
    """A fix that is safe only if it draws nothing, and calls nothing unknown, elsewhere or once more."""
    twice = repeated(before.tree, after.tree) if fix.safe else None
    return replace(fix, safe=fix.safe and twice is None, repeats=twice)


def _mended(entry: Entry, before: Checkup, finding: Finding) -> str | None:
    """What a fix makes of a text; None when it cannot, or when it meets what its author did not foresee:
    then it must not be offered."""
    try:
        module = entry.fix(before.tree, finding)
        return None if module is None else module.code
    except Exception as error:  # no fix is the worst that a fault of ours may cost
        give_way(error)
        return None


def _offered(finding: Finding, source: SourceFile, before: Checkup, options: Options) -> Finding:
    """The finding with its fixes: a safe one first, then by how little they change."""
    try:
        ways = (fix for fix, _ in rewrites(flat(finding, source), before, source, options))
        fixes = sorted(islice(_distinct(ways), MOST_OFFERS), key=_rank)
    except Exception as error:  # no fix is the worst that a fault of ours may cost
        give_way(error)
        return finding
    return replace(finding, fix=fixes[0], alternatives=tuple(fixes[1:])) if fixes else finding


def _rank(fix: Fix) -> tuple[bool, bool]:
    return not fix.safe, not fix.keeps_value


def _distinct(fixes: Iterable[Fix]) -> Iterator[Fix]:
    seen: set[tuple[Edit, ...]] = set()
    for fix in fixes:
        if fix.edits not in seen:
            seen.add(fix.edits)
            yield fix
