"""Repairs what is wanted, has the probe judge the result in a copy, and keeps what did not fail there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from gradcheck.config.options import Options
from gradcheck.fix.apply.files import content
from gradcheck.fix.apply.fixpoint import FixedFile, fix_file
from gradcheck.fix.apply.offers import Wanted, by_file
from gradcheck.fix.apply.recheck import Key, key
from gradcheck.fix.apply.verify import Trial, verified
from gradcheck.report.finding import Finding, Fix
from gradcheck.report.report import Report

Run = Callable[[Mapping[str, bytes]], Iterable[Trial]]
"""Runs the programs with other contents for some files."""


@dataclass(frozen=True)
class Attempt:
    """Repaired files, and the findings repaired in them, each fix with what the trials show.

    `failed` are findings whose fix was tried and did not work.
    """

    files: tuple[FixedFile, ...] = ()
    fixed: tuple[Finding, ...] = ()
    trials: tuple[Trial, ...] = ()
    failed: tuple[Finding, ...] = ()


def repaired(report: Report, options: Options, wanted: Wanted) -> Attempt:
    """Every wanted fix, not verified."""
    files = [fix_file(source, group, options, wanted) for source, group in by_file(report.findings).items()]
    changed = tuple(one for one in files if one.fixed)
    return Attempt(changed, tuple(finding for one in changed for finding in one.fixed))


def proven(report: Report, options: Options, wanted: Wanted, run: Run) -> Attempt:
    """Every wanted fix that did not fail when it was tried; those that did are told apart."""
    attempt = _tried(report, options, wanted, run)
    failed: list[Finding] = []
    while bad := [finding for finding in attempt.fixed if _fails(finding)]:
        good = [finding for finding in attempt.fixed if not _fails(finding)]
        if not good and len(bad) > 1:
            good = [one for one in bad if _works_alone(one, report, options, wanted, run)]
        failed += [finding for finding in bad if finding not in good]
        if len(good) == len(attempt.fixed):
            good = good[:1]
        attempt = _tried(report, options, _only(good, wanted), run)
    return Attempt(attempt.files, attempt.fixed, attempt.trials, tuple(failed))


def _tried(report: Report, options: Options, wanted: Wanted, run: Run) -> Attempt:
    attempt = repaired(report, options, wanted)
    if not attempt.files:
        return attempt
    trials = tuple(
        run({one.source.path: content(one, Path(one.source.path).read_bytes()) for one in attempt.files})
    )
    return Attempt(attempt.files, tuple(verified(finding, trials) for finding in attempt.fixed), trials)


def _works_alone(finding: Finding, report: Report, options: Options, wanted: Wanted, run: Run) -> bool:
    attempt = _tried(report, options, _only([finding], wanted), run)
    return bool(attempt.fixed) and not any(_fails(one) for one in attempt.fixed)


def _only(findings: Iterable[Finding], wanted: Wanted) -> Wanted:
    chosen: set[tuple[Key, str]] = {(key(finding), finding.fix.title) for finding in findings if finding.fix}

    def narrowed(finding: Finding, fix: Fix) -> bool:
        return (key(finding), fix.title) in chosen and wanted(finding, fix)

    return narrowed


def _fails(finding: Finding) -> bool:
    return finding.fix is not None and finding.fix.verified is False
