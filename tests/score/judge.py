"""What a tool's alarms are worth, beside the truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.cases import Case
from tests.score.intervals import wilson
from tests.score.tool import Alarm


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    hits: int
    trials: int

    def __str__(self) -> str:
        return f"{self.hits} of {self.trials} ({self.interval})"

    @property
    def interval(self) -> str:
        """Where the share lies, in per cent."""
        low, high = wilson(self.hits, self.trials)
        return f"{100 * low:.0f}-{100 * high:.0f} %"

    @property
    def value(self) -> float:
        """The share itself; 0 of nothing."""
        return self.hits / self.trials if self.trials else 0.0


@dataclass(frozen=True)
class Score:
    """How a tool did: faults it raised any alarm on, faults whose root line it named, and clean programs that
    it raised an alarm on."""

    alarmed: Share
    named: Share
    false: Share

    @property
    def informedness(self) -> float:
        """Youden's J of "names the line": 1 is perfect, 0 is what saying the same of every program gives."""
        return self.named.value - self.false.value


def judged(cases: Sequence[Case], said: Mapping[str, Sequence[Alarm]], keras: str) -> Score:
    """The score over cases, each with the alarms of one tool."""
    bugs = [case for case in cases if case.verdict(keras) == "bug"]
    clean = [case for case in cases if case.verdict(keras) == "clean"]
    named = [case for case in bugs if any(one.line in case.spec["root_lines"] for one in said[case.name])]
    return Score(
        Share(sum(bool(said[case.name]) for case in bugs), len(bugs)),
        Share(len(named), len(bugs)),
        Share(sum(bool(said[case.name]) for case in clean), len(clean)),
    )
