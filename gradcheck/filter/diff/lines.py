"""Which lines of a text are not those of an earlier one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

MOST_PAIRS = 2_000_000
"""Beyond so many pairs of lines that are alike, all lines behind the first difference count as changed."""


def added(before: Sequence[bytes], now: Sequence[bytes]) -> Iterator[int]:
    """The numbers of the lines that are new or changed; a line that went leaves none."""
    first = 0
    while first < min(len(before), len(now)) and before[first] == now[first]:
        first += 1
    if _pairs(before[first:], now[first:]) > MOST_PAIRS:
        yield from range(first + 1, len(now) + 1)
        return
    for word, _, _, start, end in SequenceMatcher(None, before[first:], now[first:]).get_opcodes():
        if word in ("insert", "replace"):
            yield from range(first + start + 1, first + end + 1)


def _pairs(before: Sequence[bytes], now: Sequence[bytes]) -> int:
    """How many lines are alike: what a comparison may have to go through."""
    counts = Counter(before)
    return sum(counts[line] * times for line, times in Counter(now).items())
