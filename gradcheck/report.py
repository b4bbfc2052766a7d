"""Everything one run of gradcheck has to say: findings, probes, and what could not be looked at."""

from __future__ import annotations

from dataclasses import dataclass

from gradcheck.finding import Finding
from gradcheck.kinds import Severity
from gradcheck.verdict import Probe


@dataclass(frozen=True, order=True)
class Trouble:
    """Something gradcheck could not do, said so that silence never means "could not look"."""

    path: str
    line: int
    message: str


@dataclass(frozen=True)
class Report:
    """The result of a run. `refuted` holds static findings whose gradient the probe saw flow: our false alarms."""

    findings: tuple[Finding, ...] = ()
    probes: tuple[Probe, ...] = ()
    errors: tuple[Trouble, ...] = ()
    refuted: tuple[Finding, ...] = ()
    files: int = 0

    @property
    def exit_code(self) -> int:
        """0 nothing found, 1 findings, 2 could not do the job."""
        if self.errors or any(probe.status == "failed" for probe in self.probes):
            return 2
        return int(any(finding.severity is not Severity.INFO for finding in self.findings))
