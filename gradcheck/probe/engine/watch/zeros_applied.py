"""Optimizers that are given nothing but zeros: a sum of gradients that was never added to, or was set to zero
too early.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import tensorflow as tf

from gradcheck.probe.engine.watch.births import Born
from gradcheck.probe.engine.watch.frames import Stack
from gradcheck.probe.engine.watch.measure import Cell, measure

_MOST_OPERATIONS = 2_000
_STEPS = 2
"""How many updates must have been of zeros: a sum that is applied before the first step is zero, too."""


@dataclass
class _Given:
    """What one optimizer was given, as long as it was zeros: the variables, where, and how often."""

    stack: Stack
    borns: set[Born] = field(default_factory=set)
    steps: int = 0
    cells: list[Cell] = field(default_factory=list)

    def nothing(self) -> bool:
        """Whether there were several updates, all of them zero."""
        tallies = [tally for cell in self.cells for tally in cell.read() if cell.steps]
        if any(not 0 < tally.steps == tally.zero_since for tally in tallies):
            return False
        return self.steps + sum(cell.steps for cell in self.cells) >= _STEPS


class ZerosApplied:
    """Every optimizer, until it is given a number or a gradient as a tape returned it."""

    def __init__(self, returned: Callable[[Any], bool]) -> None:
        self._returned = returned
        self._given: dict[int, _Given] = {}
        self._moving: set[int] = set()
        self._moved: set[Born] = set()

    def made(self, optimizer: Any) -> None:
        """An optimizer came to be, perhaps in the place of one that is gone."""
        self._moving.discard(id(optimizer))
        self._given.pop(id(optimizer), None)

    def applied(
        self, optimizer: Any, gradients: Iterable[Any], borns: Iterable[Born], stack: Stack, *, scaled: bool
    ) -> None:
        """An optimizer applies gradients to these variables."""
        borns = [*borns]
        if id(optimizer) not in self._moving:
            there = [_tensor(one) for one in gradients if one is not None]
            given = self._given.setdefault(id(optimizer), _Given(stack))
            given.borns.update(borns)
            if scaled or not there or not self._may_be_zeros(there):
                self._moving.add(id(optimizer))
                self._moved.update(given.borns)
            elif tf.executing_eagerly():
                given.steps += 1
            else:
                given.cells.append(Cell(there, (), scaled=False))
        if id(optimizer) in self._moving:
            self._moved.update(borns)

    def only(self) -> Iterator[tuple[Born, Stack]]:
        """The variables that no update moves, and where their zeros are applied."""
        for number, given in self._given.items():
            if number not in self._moving and given.nothing():
                yield from ((born, given.stack) for born in given.borns - self._moved)

    def _may_be_zeros(self, gradients: Sequence[Any]) -> bool:
        if tf.executing_eagerly():
            return all(_is_zeros(one) for one in gradients)
        return not any(self._computed_from_returned(one) for one in gradients)

    def _computed_from_returned(self, gradient: Any) -> bool:
        """Whether a traced value is, or is computed from, what a tape returned; yes where nobody can tell."""
        waiting, seen = [getattr(gradient, "values", gradient)], set[int]()
        while waiting:
            tensor = waiting.pop()
            if self._returned(tensor) or len(seen) > _MOST_OPERATIONS or not hasattr(tensor, "op"):
                return True
            if id(tensor.op) not in seen:
                seen.add(id(tensor.op))
                waiting.extend(tensor.op.inputs)
        return False


def _tensor(gradient: Any) -> Any:
    return gradient if isinstance(gradient, tf.IndexedSlices) else tf.convert_to_tensor(gradient)


def _is_zeros(gradient: Any) -> bool:
    seen = measure(gradient)
    return seen.finite and seen.peak == 0
