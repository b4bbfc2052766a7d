"""Times in turn: each round runs every candidate once, so that a machine whose speed drifts is slow or fast
for all of them. What is told are ratios within a round.
"""

from __future__ import annotations

import os
import statistics
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ENDS_WELL = frozenset({0, 1})
"""Exit codes of a program that did its job, with findings or without."""


@dataclass(frozen=True)
class Spent:
    """CPU seconds of a process and its children, user and system; MiB of the largest of them at its peak."""

    cpu: float
    memory: float


@dataclass(frozen=True)
class Command:
    """A program as it is started; `endings` are the exit codes that it may have."""

    words: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str] | None = None
    endings: frozenset[int] = ENDS_WELL

    def __call__(self) -> Spent:
        """Run it; raises AssertionError where it ends in another way."""
        quiet, environment = subprocess.DEVNULL, {**os.environ, **(self.environment or {})}
        with subprocess.Popen(
            self.words, stdin=quiet, stdout=quiet, stderr=quiet, cwd=self.folder, env=environment
        ) as process:
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode in self.endings, (process.returncode, self.words[:6])
        return Spent(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def in_turn(candidates: Mapping[str, Callable[[], Spent]], rounds: int) -> dict[str, list[Spent]]:
    """What each candidate spent in each round; every second round goes backwards."""
    spent: dict[str, list[Spent]] = {name: [] for name in candidates}
    for number in range(rounds):
        for name in list(candidates) if number % 2 == 0 else reversed(list(candidates)):
            spent[name].append(candidates[name]())
    return spent


@dataclass(frozen=True)
class Ratio:
    """The median of the rounds' ratios, the smallest, and the largest."""

    middle: float
    least: float
    most: float

    def __str__(self) -> str:
        if self.least == self.most:
            return f"{self.middle:.2g}" if self.middle < 0.1 else f"{self.middle:.2f}"
        digits = 3 if self.most < 0.1 else 2
        return f"{self.middle:.{digits}f} ({self.least:.{digits}f} to {self.most:.{digits}f})"


def ratio(ours: Sequence[float], base: Sequence[float]) -> Ratio:
    """How large one is in proportion to the other, round by round."""
    each = [one / other for one, other in zip(ours, base, strict=True)]
    return Ratio(statistics.median(each), min(each), max(each))


def cpu_ratio(ours: Sequence[Spent], base: Sequence[Spent]) -> Ratio:
    """The ratio of CPU times."""
    return ratio([one.cpu for one in ours], [one.cpu for one in base])


def memory_ratio(ours: Sequence[Spent], base: Sequence[Spent]) -> Ratio:
    """The ratio of peaks of memory."""
    return ratio([one.memory for one in ours], [one.memory for one in base])
