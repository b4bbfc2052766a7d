"""What is said where findings rest on effects of library calls that were not measured with the project's
TensorFlow, or that are others under it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from gradcheck.facts.effects.row import effect
from gradcheck.facts.effects.versions import MEASURED, UNTIL
from gradcheck.probe.job.installed import tensorflow
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Evidence
from gradcheck.report.report import Report
from gradcheck.source.pins import LAST_MINOR, Version, pins_of

FIRST, LAST = MEASURED[0].tensorflow, MEASURED[-1].tensorflow
MOST_NAMED = 3


class Used(NamedTuple):
    """A project's TensorFlow, from the oldest to the newest that it may be, and how that is known."""

    oldest: Version | None
    newest: Version | None
    source: str

    @property
    def is_older(self) -> bool:
        """Whether it is certainly from before all that was measured."""
        return self.newest is not None and self.newest < FIRST

    @property
    def is_newer(self) -> bool:
        """Whether it is certainly from after all that was measured."""
        return self.oldest is not None and self.oldest > LAST


def other_versions(report: Report) -> Iterator[str]:
    """A sentence for the TensorFlow under which findings that no run confirmed may not hold; one for each,
    where several projects were looked at."""
    names: dict[Used, dict[str, None]] = {}
    for finding in report.findings:
        if finding.evidence is Evidence.STATIC and finding.detail:
            used = _used(finding, report)
            if _is_other(finding.detail, used) and _rests_on_its_row(finding):
                names.setdefault(used, {})[finding.detail] = None
    for used, calls in names.items():
        yield _said(used, [*calls])


def _is_other(name: str, used: Used) -> bool:
    differs = name in UNTIL and used.newest is not None and used.newest <= UNTIL[name][0]
    return differs or used.is_older or used.is_newer


def _rests_on_its_row(finding: Finding) -> bool:
    row = effect(finding.detail)
    return row is not None and finding.kind in row.kinds


def _used(finding: Finding, report: Report) -> Used:
    """The TensorFlow that ran; else the one that the requirements allow, if they end somewhere; else the one
    that is installed here."""
    ran = next((probe.tensorflow for probe in report.probes if probe.tensorflow), "")
    if version := _number(ran):
        return Used(version, version, "with which it ran")
    pins = pins_of(finding.location.path)
    pinned = Used(pins.oldest, pins.newest, "which the requirements ask for")
    if pinned.is_newer or pins.newest is not None:
        return pinned
    return _installed()


@cache
def _installed() -> Used:
    version = _number(tensorflow() or "")
    return Used(version, version, "which is installed")


def _number(version: str) -> Version | None:
    found = re.match(r"(\d+)\.(\d+)", version)
    return (int(found[1]), int(found[2])) if found else None


def _said(used: Used, names: Sequence[str]) -> str:
    what = f"what {_listed(names)} to a gradient"
    if used.is_older or used.is_newer:
        version = _spelled((used.newest if used.is_older else used.oldest) or LAST)
        measured = f"was measured with TensorFlow {_spelled(FIRST)} to {_spelled(LAST)}"
        return f"{what} {measured}, not with {version}, {used.source}"
    version = _spelled(used.newest or FIRST)
    return f"{what} is something else under TensorFlow {version}, {used.source}: findings may not hold"


def _listed(names: Sequence[str]) -> str:
    shown = [*names[:MOST_NAMED]]
    if len(names) > MOST_NAMED:
        shown = [*shown[:-1], f"{len(names) - MOST_NAMED + 1} other calls"]
    return f"{' and '.join(filter(None, (', '.join(shown[:-1]), shown[-1])))} {'do' if shown[1:] else 'does'}"


def _spelled(version: Version) -> str:
    major, minor = version
    return f"{major}.x" if minor == LAST_MINOR else f"{major}.{minor}"
