"""A part of the corpus, for tools that take long."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from tests.cases import Case


@dataclass(frozen=True)
class Sample:
    """How many programs, and what they are drawn with: the same of both draw the same from one corpus."""

    size: int
    seed: int

    def drawn(self, cases: Sequence[Case], keras: str) -> list[Case]:
        """The programs, in order, with faults and look-alikes in the proportion of the whole."""
        bugs = [case for case in cases if case.verdict(keras) == "bug"]
        clean = [case for case in cases if case.verdict(keras) != "bug"]
        size = min(self.size, len(cases))
        among_bugs = round(size * len(bugs) / max(1, len(cases)))
        dice = random.Random(self.seed)
        chosen = dice.sample(bugs, among_bugs) + dice.sample(clean, size - among_bugs)
        return [case for case in cases if case in chosen]
