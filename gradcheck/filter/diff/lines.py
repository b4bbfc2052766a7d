"""Which lines of a text are not those of an earlier one."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import accumulate

MOST_STEPS = 4_000_000
"""So many pairs of lines that are alike are gone through between lines that tell where one is; what is left
then counts as changed."""

Place = tuple[int, int]
"""Where a line stands in the earlier text, and where it stands now."""


def added(before: Sequence[bytes], now: Sequence[bytes]) -> Iterator[int]:
    """The numbers of the lines that are new or changed; a line that went leaves none."""
    kept = {number for start, size in _kept(before, now) for number in range(start, start + size)}
    return (number + 1 for number in range(len(now)) if number not in kept)


def _kept(before: Sequence[bytes], now: Sequence[bytes]) -> Iterator[Place]:
    """Where lines stand that were there, and how many in a row. To compare all with all would take the square
    of the time; between two lines of which each text has one, there is little."""
    search, old, new = _Search(), 0, 0
    for next_old, next_new in (*_landmarks(before, now), (len(before), len(now))):
        found = search.between(before[old:next_old], now[new:next_new])
        yield from ((new + start, size) for start, size in found)
        yield next_new, 1
        old, new = next_old + 1, next_new + 1


def _landmarks(before: Sequence[bytes], now: Sequence[bytes]) -> list[Place]:
    """The lines of which each text has one, as many as stand in the same order."""
    once = _once(now)
    places = [(number, once[line]) for line, number in _once(before).items() if line in once]
    ends, last, previous = list[int](), list[int](), dict[int, int]()
    for index, (_, number) in enumerate(places):
        rank = bisect_left(ends, number)
        ends[rank : rank + 1], last[rank : rank + 1] = [number], [index]
        previous[index] = last[rank - 1] if rank else -1
    chain, index = list[Place](), last[-1] if last else -1
    while index >= 0:
        chain.append(places[index])
        index = previous[index]
    return chain[::-1]


def _once(lines: Sequence[bytes]) -> dict[bytes, int]:
    """The lines that there are once, and where."""
    counts = Counter(lines)
    return {line: number for number, line in enumerate(lines) if counts[line] == 1}


class _Search:
    """Looks for the longest rows of lines that are alike, and gives up after so many steps in all."""

    def __init__(self) -> None:
        self._left = MOST_STEPS

    def between(self, before: Sequence[bytes], now: Sequence[bytes]) -> Iterator[Place]:
        """Where lines stand that were there, and how many in a row."""
        first = _alike(before, now)
        last = _alike(before[first:][::-1], now[first:][::-1])
        yield from ((0, first), (len(now) - last, last))
        inner = self._rows(before[first : len(before) - last], now[first : len(now) - last])
        yield from ((first + start, size) for start, size in inner)

    def _rows(self, before: Sequence[bytes], now: Sequence[bytes]) -> Iterator[Place]:
        if not before or not now:
            return
        matcher, counts = SequenceMatcher(None, before, now, autojunk=False), Counter(now)
        steps = [0, *accumulate(1 + counts[line] for line in before)]
        parts = [(0, len(before), 0, len(now))]
        while parts and self._left > 0:
            low, high, start, end = parts.pop()
            self._left -= steps[high] - steps[low]
            if low < high and start < end and self._left > 0:
                old, new, size = matcher.find_longest_match(low, high, start, end)
                yield new, size
                parts += [(low, old, start, new), (old + size, high, new + size, end)] if size else ()


def _alike(before: Sequence[bytes], now: Sequence[bytes]) -> int:
    """How many lines are alike from the first on."""
    both = zip(before, now, strict=False)
    return next((number for number, (old, new) in enumerate(both) if old != new), min(len(before), len(now)))
