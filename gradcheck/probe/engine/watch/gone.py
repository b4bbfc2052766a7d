"""Variables that are gone by the time of the report: the function that built and trained a model returned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from gradcheck.probe.engine.watch.births import Births, Born
from gradcheck.probe.engine.watch.described import described
from gradcheck.report.verdict import Variable, Verdict

_LASTS = 3
"""In how many surveys a variable must be seen alive. One that each step makes anew may be in two of them: its
tape is looked at a little longer than the program needs it."""


class Gone:
    """What surveys said of such variables while they were there."""

    def __init__(self, births: Births) -> None:
        self._births = births
        self._seen: Counter[Born] = Counter()
        self._told: dict[Variable, Verdict] = {}
        self._names: dict[Born, Variable] = {}

    def kept(self, found: Sequence[Verdict]) -> list[Verdict]:
        """What a survey found, and what earlier ones did of variables that are gone by now."""
        alive = self._births.weights()
        self._seen.update(alive)
        now = {one.variable: one for one in found}
        lasted = {born for born, times in self._seen.items() if times >= _LASTS and born.facts is not None}
        gone = {self._named(born) for born in lasted.difference(alive)}
        before = [one for variable, one in self._told.items() if variable in gone - now.keys()]
        self._told.update(now)
        return [*found, *before]

    def _named(self, born: Born) -> Variable:
        if born not in self._names:
            self._names[born] = described(born)
        return self._names[born]
