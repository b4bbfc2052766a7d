"""Repairs one file's text until no wanted finding can be repaired any more: a second run changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from gradcheck.base.lines import without_bare_returns
from gradcheck.config.options import Options
from gradcheck.fix.apply.endings import changes
from gradcheck.fix.apply.notebook import flat
from gradcheck.fix.apply.offers import Wanted, rewrites
from gradcheck.fix.apply.recheck import Checkup, Key, checkup, key
from gradcheck.report.edits import apply, difference
from gradcheck.report.finding import Edit, Finding, Fix, Location
from gradcheck.source.discover import SourceFile

MOST_ROUNDS = 200
"""Fixes in one file; more are left for another run."""


@dataclass(frozen=True)
class FixedFile:
    """A file's text before and after, and the findings that were repaired, each with its fix."""

    source: SourceFile
    text: str
    fixed: tuple[Finding, ...] = ()

    @property
    def edits(self) -> tuple[Edit, ...]:
        """What changed, with lines counted from the top of the text."""
        return difference(self.source.path, self.source.text, self.text)


@dataclass(frozen=True)
class _State:
    """Half-way: what the text shows now, and the findings that it does not show by itself, moved along."""

    now: Checkup
    seen: tuple[Finding, ...]


def fix_file(source: SourceFile, shown: Sequence[Finding], options: Options, wanted: Wanted) -> FixedFile:
    """Repair every finding that is shown, and every one that a repair reveals, as far as the fix is
    wanted."""
    before = checkup(source.path, without_bare_returns(source.text), options)
    told = [flat(finding, source) for finding in shown]
    held_back = {key(one) for one in before.findings if not any(_covers(finding, one) for finding in told)}
    seen = tuple(flat(finding, source) for finding in shown if before.only_run_shows(finding))

    def asked(finding: Finding, fix: Fix) -> bool:
        return any(wanted(one, fix) for one in _as_shown([finding], shown))

    fixed: list[Finding] = []
    state = _State(before, seen)
    while len(fixed) < MOST_ROUNDS:
        step = next(_steps(source, state, held_back, options, asked), None)
        if step is None:
            break
        repaired, state = step
        fixed += repaired
    text = apply(source.text, changes(source.path, source.text, state.now.text))
    return FixedFile(source, text, tuple(_as_shown(fixed, shown)))


def _covers(finding: Finding, other: Finding) -> bool:
    """Whether a finding that is shown stands for one of the text: a run may know of more variables, or of
    those behind the tensor that the source tells of."""
    fewer = {*other.variables} <= {*finding.variables}
    return finding.rule == other.rule and (fewer or finding.location.line == other.location.line)


def _as_shown(fixed: Iterable[Finding], shown: Sequence[Finding]) -> Iterator[Finding]:
    """The repaired findings where they stood before any repair."""
    left = [*shown]
    for finding in fixed:
        alike = [one for one in left if key(one) == key(finding)]
        first = next(iter(alike or [one for one in left if _covers(one, finding)]), None)
        if first is not None:
            left.remove(first)
        yield replace(first or finding, fix=finding.fix)


def _steps(
    source: SourceFile, state: _State, held_back: set[Key], options: Options, wanted: Wanted
) -> Iterator[tuple[list[Finding], _State]]:
    """Each single repair that is possible now, with the findings that it takes away."""
    for finding in (*state.now.findings, *state.seen):
        if key(finding) not in held_back:
            for fix, after in rewrites(finding, state.now, source, options, wanted):
                # The edits are those of all repairs so far; the file's own are `FixedFile.edits`.
                told = replace(fix, edits=())
                repaired = [replace(one, fix=told) for one in _gone(finding, state.now, after)]
                yield repaired, _State(after, _moved(state, finding, source.path, after.text))


def _gone(finding: Finding, before: Checkup, after: Checkup) -> Iterator[Finding]:
    """The repaired finding, and all others that are gone with it: often one line starves several weights."""
    yield finding
    gone = before.counts - after.counts
    gone[key(finding)] -= 1
    for other in before.findings:
        if other is not finding and gone[key(other)] > 0:
            gone[key(other)] -= 1
            yield other


def _moved(state: _State, repaired: Finding, path: str, text: str) -> tuple[Finding, ...]:
    """What only the probe saw, at its place in the new text; what the edit itself touched is dropped."""
    edits = difference(path, state.now.text, text)
    left = (one for one in state.seen if one is not repaired)
    return tuple(moved for one in left if (moved := _move(one, edits)) is not None)


def _move(finding: Finding, edits: Iterable[Edit]) -> Finding | None:
    location = _place(finding.location, edits)
    births = [_place(weight.birth, edits) for weight in finding.weights]
    if location is None:
        return None
    weights = tuple(
        replace(weight, birth=birth or weight.birth)
        for weight, birth in zip(finding.weights, births, strict=True)
    )
    return replace(finding, location=location, weights=weights, trail=())


def _place(location: Location, edits: Iterable[Edit]) -> Location | None:
    """Where a line went; None when it was edited."""
    gained = 0
    for edit in edits:
        at = edit.location
        if at.line <= location.line <= at.end_line and (at.end_column > 1 or location.line < at.end_line):
            return None
        if at.end_line <= location.line:
            gained += edit.text.count("\n") - (at.end_line - at.line)
    end = location.end_line and location.end_line + gained
    return replace(location, line=location.line + gained, end_line=end)
