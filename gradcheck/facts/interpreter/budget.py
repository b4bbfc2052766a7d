"""How much of a program the machine is willing to follow."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

MOST_STEPS = 40_000
"""Steps that one entry point may take."""

MOST_HANDLED = 400_000
"""Elements of containers that one entry point may handle: a step may cost as much as a list is long."""

MANY_RUNS, MOST_RUNS, CHEAP = 12, 32, 2_000
"""After how many runs within an entry point one that is like the last one does what that did, and after how
many a function is not followed any more, once all its runs took more than so many steps."""


class ExhaustedError(Exception):
    """The program is larger than the machine is willing to follow."""


class Budget:
    """What one entry point has spent; `imported` counts the steps of all imported modules, and after `room`
    steps functions of other files are not followed any more: what is left is for the file's own."""

    def __init__(self) -> None:
        self.steps = 0
        self.imported = 0
        self.room = MOST_STEPS // 2
        self._handled = 0
        self._runs: Counter[ast.AST] = Counter()
        self._taken: Counter[ast.AST] = Counter()
        self.last_runs: dict[tuple[object, ...], object] = {}

    def renew(self, allowance: int) -> None:
        """Begin another entry point of a file that may take so many steps yet."""
        self.steps = self._handled = 0
        self.room = min(MOST_STEPS, allowance) // 2
        self._runs.clear()
        self._taken.clear()
        self.last_runs.clear()

    @property
    def scarce(self) -> bool:
        """Whether so much is spent that the rest must be kept for the file's own functions."""
        return self.steps > self.room

    def step(self) -> None:
        """Count one step. Raises ExhaustedError when it is one too many."""
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise ExhaustedError

    def spend(self, elements: int) -> None:
        """Count elements that are handled now: what a program costs must not grow faster than the program."""
        self._handled += elements
        if self._handled > MOST_HANDLED:
            raise ExhaustedError

    def count_run(self, function: ast.AST) -> int:
        """How often a function was to be run by now."""
        self._runs[function] += 1
        return self._runs[function]

    @contextmanager
    def running(self, function: ast.AST) -> Iterator[None]:
        """Count the steps of a function, and of what it calls."""
        before = self.steps
        try:
            yield
        finally:
            self._taken[function] += self.steps - before

    def ran_enough(self, function: ast.AST) -> bool:
        """Whether a function was run so often, and at such a cost, that it is not followed any more."""
        return self._runs[function] > MOST_RUNS and self._taken[function] > CHEAP

    @contextmanager
    def importing(self) -> Iterator[None]:
        """Count the steps of an imported module apart from those of the code that imports it."""
        before, self.steps = self.steps, 0
        try:
            yield
        finally:
            self.imported += self.steps
            self.steps = before
