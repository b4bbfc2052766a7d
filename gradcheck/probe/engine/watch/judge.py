"""From the gradients of one variable over several steps to one status. Pure: numbers in, words out."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from gradcheck.report.kinds import Status

NOISE = 1e-7
"""A gradient this small beside the largest of its call is rounding: mathematically it may well be zero."""


HALVINGS = 18
"""Steps after which a loss scale that began at 2^15 is small enough for anything."""


@dataclass(frozen=True)
class Measure:
    """One gradient of one step: no gradient at all, or its Euclidean norm and its largest entry."""

    missing: bool = False
    norm: float = 0.0
    peak: float = 0.0
    nan: bool = False
    inf: bool = False

    @property
    def finite(self) -> bool:
        """Whether every entry is a number."""
        return not (self.nan or self.inf)


@dataclass(frozen=True)
class Tally:
    """What several steps of one gradient call showed for one variable.

    `missing_since` and `zero_since` count the steps at the end of the run that were so without a break.
    """

    steps: int = 0
    norm: float = 0.0
    peak: float = 0.0
    nan: bool = False
    inf: bool = False
    finite: int = 0
    missing_since: int = 0
    zero_since: int = 0

    def add(self, seen: Measure) -> Tally:
        """The tally after one more step."""
        zero = not seen.missing and seen.finite and seen.peak == 0
        return Tally(
            steps=self.steps + 1,
            norm=seen.norm,
            peak=seen.peak,
            nan=self.nan or seen.nan,
            inf=self.inf or seen.inf,
            finite=self.finite + seen.finite,
            missing_since=self.missing_since + 1 if seen.missing else 0,
            zero_since=self.zero_since + 1 if zero else 0,
        )

    def spoilt(self, seen: Measure) -> Tally:
        """The tally after a step with weights that may be NaN: it shows where there were zeros until then."""
        return self if seen.finite or not 0 < self.steps == self.zero_since else self.add(seen)


def status(tally: Tally, *, scaled: bool = False) -> Status:
    """One variable at one gradient call.

    None counts when every step but perhaps the first lacked the gradient: a layer that is built inside the
    first tape has one then, and never again. Zero counts when every step was zero, or three in a row at the
    end: a zero-initialised branch wakes up after one step, and a sum of signs is zero by chance now and then.
    A single NaN counts, except where a loss scale is still being searched for (`scaled`): until a step is
    finite, nothing is known.
    """
    if tally.steps == 0 or (scaled and searching(tally)):
        return Status.UNKNOWN
    if (tally.nan or tally.inf) and not (scaled and tally.finite):
        return Status.NAN if tally.nan else Status.INF
    if tally.missing_since >= max(tally.steps - 1, 1):
        return Status.NONE
    if tally.zero_since >= min(tally.steps, 3):
        return Status.ZERO
    return Status.OK


def searching(tally: Tally) -> bool:
    """Whether every step overflowed so far, and a loss scale that is halved each time may still be too
    large.
    """
    return (tally.nan or tally.inf) and not tally.finite and tally.steps < HALVINGS


def noise(tally: Tally, scale: float) -> bool:
    """Whether the last gradient is not zero but drowned by the others of its call."""
    return tally.steps > 0 and 0 < tally.peak <= NOISE * scale and math.isfinite(scale)


_ORDER = (
    Status.NAN,
    Status.INF,
    Status.OK,
    Status.ZERO,
    Status.NONE,
    Status.UNKNOWN,
)


def merge(statuses: Iterable[Status]) -> Status:
    """One status from several gradient calls: a number that is no number anywhere is a fault; otherwise one
    live call is enough.
    """
    seen = set(statuses)
    return next((one for one in _ORDER if one in seen), Status.UNKNOWN)
