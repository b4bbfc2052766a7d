"""Whether variables move: what they held when their gradient was first taken, beside what they hold now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

import numpy as np
import tensorflow as tf

from gradcheck.probe.engine.watch import expressions, versions
from gradcheck.probe.engine.watch.applied import Applied
from gradcheck.probe.engine.watch.births import Born
from gradcheck.probe.engine.watch.frames import Place, place

_MOST = 2_000_000
"""Larger variables are not copied."""
_LOOKS = 10
"""Steps after which a variable is looked at, however many there are."""
_ROUNDING = 1e-7
"""A gradient this small beside its variable changes nothing at a learning rate of 1."""
_EXPLODING = 1e4
"""A gradient this large beside its variable throws it off at any usual learning rate."""


class Moves:
    """The first values of the variables whose gradient was asked for."""

    def __init__(self) -> None:
        self._first: dict[Born, Any] = {}
        self._still: dict[Born, bool] = {}
        self._looks: Counter[Born] = Counter()
        self._sizes: dict[Born, tuple[float, float]] = {}

    def begin(self, sources: Iterable[Born]) -> None:
        """A gradient call is met for the first time."""
        for born in sources:
            if born not in self._first and (value := _value(born)) is not None:
                self._first[born] = np.array(value)

    def still(self, born: Born) -> bool:
        """Whether a variable holds what it held in the beginning, as far as it could still be asked."""
        self._look(born)
        return self._still.get(born, False)

    def look(self, sources: Iterable[Born]) -> None:
        """A step was taken: they may be gone by the time of the report."""
        for born in sources:
            self._looks[born] += 1
            if self._looks[born] <= _LOOKS:
                self._look(born)

    def mark(self, born: Born, norm: float | None, *, still: bool) -> str:
        """What is to be seen of a gradient that arrives: `still`, `vanished`, `exploding`, or nothing."""
        if still:
            return "still"
        self._look(born)
        size, _ = self._sizes.get(born, (0.0, 0.0))
        if not norm or not size or not np.isfinite(size):
            return ""
        if norm < _ROUNDING * size:
            return "vanished"
        return "exploding" if norm > _EXPLODING * max(size, 1.0) else ""

    def thrown_off(self, born: Born) -> bool:
        """Whether a variable is now far beyond anything that it began with."""
        first, value = self._first.get(born), _value(born)
        if first is None or value is None:
            return False
        began = max(float(np.max(np.abs(first), initial=0.0)), 1.0)
        return not np.max(np.abs(value), initial=0.0) < _EXPLODING * began

    def largest(self, born: Born) -> float:
        """The largest entry of a variable."""
        return self._sizes.get(born, (0.0, 0.0))[1]

    def _look(self, born: Born) -> None:
        """What a variable holds now; one that is gone is remembered as it was seen last."""
        first = self._first.get(born)
        value = None if first is None else _value(born)
        if value is not None:
            self._still[born] = bool(np.array_equal(first, value))
            largest = float(np.max(np.abs(value), initial=0.0))
            self._sizes[born] = float(np.linalg.norm(value)), largest


def reasons(
    moves: Moves, applied: Applied, born: Born, norm: float | None
) -> Iterator[tuple[Place, str, str]]:
    """Why a variable stays as it is although its gradient is applied, and which case that is; nothing where
    that is not certain.
    """
    updater, _ = applied.updater(born)
    at = rate_of(applied, born)
    if updater.collects or at is None or born.assigned:
        return
    rate = updater.rate
    if rate == 0.0:
        yield at, "the learning rate is 0", "rate"
    elif born.constrained and born.stack:
        yield place(born.stack[0]), "its constraint puts it back", ""
    elif rate and norm and updater.plain and rate * norm < _ROUNDING * moves.largest(born):
        yield at, f"a learning rate of {rate:.3g} times a gradient of {norm:.3g} is lost in rounding", ""


def rate_of(applied: Applied, born: Born) -> Place | None:
    """Where the learning rate is chosen of the optimizer that updates a variable."""
    if not applied.updates(born):
        return None
    updater, stack = applied.updater(born)
    made = updater.stack or stack
    at = place(made[0]) if made else None
    return at and (expressions.keyword(at, "learning_rate", "lr") or at)


def _value(born: Born) -> Any:
    """The numbers of a variable; None where they cannot be had."""
    variable = born.variable()
    if variable is None or int(np.prod([size or 0 for size in versions.shape(variable)])) > _MOST:
        return None
    with suppress(Exception), tf.init_scope():
        value = variable.numpy()
        return value if np.issubdtype(value.dtype, np.floating) else None
    return None
