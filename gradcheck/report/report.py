"""Everything one run of gradcheck has to say: findings, probes, and what could not be looked at."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.report.finding import Finding, Location
from gradcheck.report.kinds import Severity, Status

if TYPE_CHECKING:
    from gradcheck.report.fate import WeightFate
    from gradcheck.report.verdict import Probe, Verdict

UNJUDGED = frozenset({Status.OK, Status.UNKNOWN})
"""Statuses that accuse nobody."""


@dataclass(frozen=True, order=True)
class Problem:
    """Something gradcheck could not do, said so that silence never means "could not look"."""

    path: str
    line: int
    message: str


@dataclass(frozen=True)
class Report:
    """The result of a run.

    `refuted` holds static findings whose gradient the probe saw flow: our false alarms. `files` counts what
    was looked at, `idle` those of them with nothing to follow, `unread` what could not be read. `known`
    counts what a baseline holds back. `notes` are sentences about the run itself. `fixed` holds what was
    repaired, each with its fix. `weights` says what becomes of every weight that the source creates.
    `unused_comments` are those that silence nothing, `used_comments` those in other files that silence
    something here. `trains` are the weights of other files, by where they are created, that get a gradient.
    `looked_at` are the absolute paths of the files that were looked at.
    """

    findings: tuple[Finding, ...] = ()
    probes: tuple[Probe, ...] = ()
    errors: tuple[Problem, ...] = ()
    refuted: tuple[Finding, ...] = ()
    files: int = 0
    idle: int = 0
    unread: int = 0
    known: int = 0
    notes: tuple[str, ...] = ()
    fixed: tuple[Finding, ...] = ()
    weights: tuple[WeightFate, ...] = ()
    unused_comments: tuple[Problem, ...] = ()
    used_comments: tuple[Problem, ...] = ()
    trains: tuple[Location, ...] = ()
    looked_at: tuple[str, ...] = ()

    @property
    def remarks(self) -> tuple[str, ...]:
        """The notes, and a sentence for each comment that silences nothing."""
        unused = (f"{one.path}:{one.line}: {one.message}" for one in self.unused_comments)
        return (*unused, *self.notes)

    @property
    def exit_code(self) -> int:
        """0 nothing found, 1 findings, 2 could not do the job."""
        if self.errors or any(_saw_nothing(probe) for probe in self.probes):
            return 2
        return int(any(finding.severity is not Severity.INFO for finding in self.findings))

    def blamed(self, verdict: Verdict) -> int | None:
        """The index of the finding that explains a bad verdict: of its own cut, else of its birth line."""
        if verdict.status in UNJUDGED:
            return None
        cuts = {line_of(cause.cut.location) for cause in verdict.causes}
        kinds = {cause.cut.kind for cause in verdict.causes}
        sharing = [index for index, finding in enumerate(self.findings) if starves(finding, verdict)]
        exact = [index for index in sharing if line_of(self.findings[index].location) in cuts]
        alike = [index for index in sharing if self.findings[index].kind in kinds]
        return next(iter((*exact, *alike, *sharing)), None)

    def finding_of(self, weight: WeightFate) -> int | None:
        """The index of the finding that says what becomes of a weight."""
        born = line_of(weight.weight.birth)
        for index, finding in enumerate(self.findings):
            if finding.kind is weight.cut and any(line_of(one.birth) == born for one in finding.weights):
                return index
        return None


def line_of(location: Location) -> tuple[str, int]:
    """The key on which both halves meet; they may spell the path of one file differently."""
    return os.path.abspath(location.path), location.line


def spot_of(location: Location) -> tuple[str, int, int]:
    """The key on which the runs of several files meet at what one line creates."""
    return *line_of(location), location.column


def starves(finding: Finding, verdict: Verdict) -> bool:
    """Whether a finding is about this variable: a line that gives birth to it is one of the finding's."""
    birth = verdict.variable.birth
    return birth is not None and any(line_of(weight.birth) == line_of(birth) for weight in finding.weights)


def _saw_nothing(probe: Probe) -> bool:
    seen = any(verdict.status is not Status.UNKNOWN for verdict in probe.verdicts)
    return probe.status == "failed" or (probe.status == "broken" and not seen)
