"""Variables that are gone by the time of the report: the function that built and trained a model returned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence, Set

from gradcheck.probe.engine.watch.births import Births, Born
from gradcheck.probe.engine.watch.described import described
from gradcheck.report.verdict import Variable, Verdict

_LASTS = 3
"""In how many surveys a variable must be seen alive, and how many there must be to each that a line makes:
what a step makes anew is no weight, however long somebody holds it."""


class Gone:
    """What surveys said of such variables while they were there."""

    def __init__(self, births: Births) -> None:
        self._births = births
        self._surveys = 0
        self._seen: Counter[Born] = Counter()
        self._told: dict[Variable, Verdict] = {}
        self._names: dict[Born, Variable] = {}

    def kept(self, found: Sequence[Verdict]) -> list[Verdict]:
        """What a survey found, and what earlier ones did of variables that are gone by now."""
        self._surveys += 1
        alive = set(self._births.weights())
        self._seen.update(alive)
        now = {one.variable: one for one in found}
        gone = set(self._lasting(alive)) - now.keys()
        before = [one for variable, one in self._told.items() if variable in gone]
        self._told.update(now)
        return [*found, *before]

    def _lasting(self, alive: Set[Born]) -> Iterator[Variable]:
        """The variables that are gone and were there for a while."""
        named = [born for born in self._seen if born.facts is not None]
        made = Counter(map(self._named, named))
        for born in named:
            name = self._named(born)
            if born not in alive and self._seen[born] >= _LASTS and made[name] * _LASTS <= self._surveys:
                yield name

    def _named(self, born: Born) -> Variable:
        if born not in self._names:
            self._names[born] = described(born)
        return self._names[born]
