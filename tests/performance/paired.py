"""Times in turn: each round runs every candidate once, so that a machine whose speed drifts is slow or fast
for all of them. What is told are ratios within a round.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ENDS_WELL = frozenset({0, 1})
"""Exit codes of a program that did its job, with findings or without."""

STARTER = """
import json, os, sys
quiet = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in range(3)]
pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=quiet)
_, status, used = os.wait4(pid, 0)
print(json.dumps([os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))
"""
"""Starts what is measured, and tells its exit code, CPU seconds and MiB. Linux counts the memory of a process
that starts another as the other's, so that process has to be small (some 10 MiB), which this one need not be.
"""


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
        environment = {**os.environ, **(self.environment or {})}
        starter = (sys.executable, "-ISc", STARTER, *self.words)
        told = subprocess.run(starter, cwd=self.folder, env=environment, stdout=subprocess.PIPE, check=True)
        code, cpu, memory = json.loads(told.stdout)
        assert code in self.endings, (code, self.words[:6])
        return Spent(cpu, memory)


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
