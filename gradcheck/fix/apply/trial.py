"""Repairs what is wanted, has the probe judge the result in a copy, and keeps what did not fail there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from gradcheck.base.faults import give_way
from gradcheck.config.options import Options
from gradcheck.fix.apply.files import UnwritableError, contents
from gradcheck.fix.apply.fixpoint import FixedFile, fix_file
from gradcheck.fix.apply.offers import Wanted, by_file, with_fixes
from gradcheck.fix.apply.recheck import Key, key
from gradcheck.fix.apply.verify import Trial, verified
from gradcheck.report.finding import Finding, Fix
from gradcheck.report.kinds import Evidence
from gradcheck.report.report import Report
from gradcheck.source.discover import SourceFile

Run = Callable[[Mapping[str, bytes]], Iterable[Trial]]
"""Runs the programs with other contents for some files."""


UNCONFIRMED = "the run did not confirm the fault, so it was not tried; `gradcheck check` applies it unseen"
"""Why a fix is left that a run could have shown to be right."""
MOST_TRIALS = 8
"""Times that the programs run again for one command."""


@dataclass(frozen=True)
class Attempt:
    """Repaired files, and the findings repaired in them, each fix with what the trials show.

    `left` are findings with a fix that was not applied, which says why: it was tried and did not work, or
    nothing showed that there is a fault.
    """

    files: tuple[FixedFile, ...] = ()
    fixed: tuple[Finding, ...] = ()
    trials: tuple[Trial, ...] = ()
    left: tuple[Finding, ...] = ()


def repaired(report: Report, options: Options, wanted: Wanted) -> Attempt:
    """Every wanted fix, not verified."""
    files = [_fixed(source, group, options, wanted) for source, group in by_file(report.findings).items()]
    changed = tuple(one for one in files if one.fixed)
    return Attempt(changed, tuple(finding for one in changed for finding in one.fixed))


def _fixed(source: SourceFile, group: Sequence[Finding], options: Options, wanted: Wanted) -> FixedFile:
    try:
        return fix_file(source, group, options, wanted)
    except Exception as error:  # no fix is the worst that a fault of ours may cost
        give_way(error)
        return FixedFile(source, source.text)


def proven(report: Report, options: Options, wanted: Wanted, run: Run) -> Attempt:
    """Every wanted fix of a fault that the run confirmed, and that did not fail when it was tried: the next
    best one where the first did."""
    confirmed = tuple(one for one in report.findings if one.evidence is not Evidence.STATIC)
    attempt = _working(replace(report, findings=confirmed), options, wanted, run)
    others = tuple(one for one in report.findings if one.evidence is Evidence.STATIC)
    repairable = with_fixes(replace(report, findings=others), options).findings
    untried = tuple(_because(one, UNCONFIRMED) for one in repairable if one.fix and wanted(one, one.fix))
    return replace(attempt, left=(*attempt.left, *untried))


def _working(report: Report, options: Options, wanted: Wanted, run: Run) -> Attempt:
    refused: dict[_Choice, Finding] = {}

    def allowed(finding: Finding, fix: Fix) -> bool:
        return _choice(finding, fix) not in refused and wanted(finding, fix)

    attempt = _tried(report, options, allowed, run)
    for _ in range(MOST_TRIALS):
        bad = [finding for finding in attempt.fixed if _fails(finding)]
        if not bad:
            break
        if len(bad) > 1 and len(bad) == len(attempt.fixed):
            # One of them may have broken the program for all.
            bad = [one for one in bad if not _works_alone(one, report, options, allowed, run)]
        refused |= {_choice(one, one.fix): one for one in bad or attempt.fixed[1:] if one.fix}
        attempt = _tried(report, options, allowed, run)
    else:
        attempt = Attempt()
    repaired_now = {key(one) for one in attempt.fixed}
    return replace(attempt, left=tuple(one for one in refused.values() if key(one) not in repaired_now))


_Choice = tuple[Key, str]


def _choice(finding: Finding, fix: Fix) -> _Choice:
    """What is decided on: this fix for that finding."""
    return key(finding), fix.title


def _tried(report: Report, options: Options, wanted: Wanted, run: Run) -> Attempt:
    attempt = repaired(report, options, wanted)
    others = dict(_others(attempt.files))
    if not others:
        return attempt
    trials = tuple(run(others))
    return Attempt(attempt.files, tuple(verified(finding, trials) for finding in attempt.fixed), trials)


def _others(files: Iterable[FixedFile]) -> Iterator[tuple[str, bytes]]:
    """What stands in for each file; one that cannot be written is named when it is to be."""
    for one in files:
        with suppress(UnwritableError):
            yield one.source.path, contents(one)[1]


def _works_alone(finding: Finding, report: Report, options: Options, wanted: Wanted, run: Run) -> bool:
    def alone(other: Finding, fix: Fix) -> bool:
        same = finding.fix is not None and _choice(other, fix) == _choice(finding, finding.fix)
        return same and wanted(other, fix)

    attempt = _tried(report, options, alone, run)
    return bool(attempt.fixed) and not any(_fails(one) for one in attempt.fixed)


def _fails(finding: Finding) -> bool:
    """Whether a fix did not work; what only a repair revealed must be shown to work."""
    if finding.fix is None:
        return False
    revealed = finding.evidence is Evidence.STATIC and not finding.fix.verified
    return finding.fix.verified is False or revealed


def _because(finding: Finding, reason: str) -> Finding:
    return replace(finding, fix=finding.fix and replace(finding.fix, reason=reason))
