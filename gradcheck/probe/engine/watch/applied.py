"""What becomes of gradients after they are taken: which are applied, to which variables, and which penalties
were never part of the loss.
"""

from __future__ import annotations

import weakref
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import tensorflow as tf
from tensorflow.python.framework import ops

from gradcheck.probe.engine.watch import versions
from gradcheck.probe.engine.watch.births import Births, Born
from gradcheck.probe.engine.watch.frames import Stack, place
from gradcheck.probe.engine.watch.gradient_calls import Site
from gradcheck.probe.engine.watch.zeros_applied import ZerosApplied

_MOST_HANDED = 20_000


@dataclass(frozen=True)
class Updater:
    """An optimizer as it was when it was last used.

    Where it was made, its learning rate, whether an update is the gradient times that rate (`plain`), and
    whether it collects gradients over several steps.
    """

    stack: Stack
    rate: float | None
    plain: bool
    collects: bool

    @staticmethod
    def of(optimizer: Any, stack: Stack) -> Updater:
        """What is to be known of an optimizer."""
        collects = bool(getattr(optimizer, "gradient_accumulation_steps", None))
        return Updater(stack, _rate(optimizer), type(optimizer).__name__ == "SGD", collects)


class Applied:
    """Every gradient an optimizer got, and every optimizer that waits for one; `zeros` are those that only
    got zeros.
    """

    def __init__(self, births: Births) -> None:
        self._births = births
        self._handed: dict[object, Born] = {}
        self._idle: dict[int, weakref.ref[Any]] = {}
        self._updated: dict[Born, Stack] = {}
        self._by: dict[Born, Updater] = {}
        self._made: dict[int, Stack] = {}
        self._compiled: set[int] = set()
        self._swapped: dict[Born, Stack] = {}
        self._by_others: dict[Born, tuple[Born, Stack]] = {}
        self._own: set[Born] = set()
        self.zeros = ZerosApplied(lambda tensor: _key(tensor) in self._handed)

    def made(self, optimizer: Any, stack: Stack) -> None:
        """An optimizer came to be."""
        self._idle[id(optimizer)] = weakref.ref(optimizer)
        self._made[id(optimizer)] = stack
        self.zeros.made(optimizer)

    def compiled(self, optimizer: Any) -> None:
        """A model has this optimizer for its own training: a loop beside it may take gradients to look at."""
        self._compiled.add(id(optimizer))

    def updater(self, born: Born) -> tuple[Updater, Stack]:
        """The optimizer that updates a variable, and where it does."""
        return self._by[born], self._updated.get(born, ())

    def updates(self, born: Born) -> bool:
        """Whether an optimizer was given a gradient for this variable."""
        return born in self._by

    def taken(self, sources: Sequence[Any], gradients: Sequence[Any]) -> None:
        """These gradients were handed to the program."""
        if len(self._handed) > _MOST_HANDED:
            self._handed.clear()
        for source, gradient in zip(sources, gradients, strict=True):
            born = self._births.find(source)
            if gradient is not None and born is not None:
                self._handed[_key(gradient)] = born

    def used(self, optimizer: Any, pairs: Iterable[tuple[Any, Any]], stack: Stack) -> None:
        """An optimizer applies gradients to variables."""
        self._idle.pop(id(optimizer), None)
        updater = Updater.of(optimizer, self._made.get(id(optimizer), ()))
        for gradient, variable in pairs:
            born = self._births.find(variable)
            if born is None:
                continue
            self._updated[born] = stack
            if gradient is not None:
                self._by[born] = updater
            whose = None if gradient is None else self._handed.get(_key(gradient))
            if whose is born:
                self._own.add(born)
            elif whose is not None:
                self._swapped[whose] = stack
                self._by_others[born] = (whose, stack)

    @property
    def swapped(self) -> dict[Born, Stack]:
        """The variables whose gradient is applied to others alone, and where."""
        return {born: stack for born, stack in self._swapped.items() if born not in self._own}

    def by_others(self, born: Born) -> Stack:
        """Where a variable is given a gradient of another one, which is moved by its own; nothing where it
        is given its own, too."""
        whose, stack = self._by_others.get(born, (born, ()))
        return stack if whose in self._own and born not in self._own else ()

    def left_out(self, site: Site, *, ended: bool) -> Iterator[tuple[Born, Stack, str]]:
        """The variables of a gradient call whose gradient is never applied although others' are, or although
        the program has `ended`, made an optimizer, and updated nothing by hand. With each, where that is a
        mistake and which: lists of different length were zipped there ("zip"), or nothing at all is ever
        applied ("").
        """
        unused = [born for born in site.sources if not born.assigned and born.trained]
        if ended and not self._updated and self._made.keys() - self._compiled:
            yield from ((born, site.stack, "") for born in unused)
        stacks = [stack for born in site.sources if (stack := self._updated.get(born)) is not None]
        if not stacks or any(one() is not None for one in self._idle.values()):
            return
        mistaken = all(stack and _zips(place(stack[0]).code) for stack in stacks)
        for born in unused:
            if born not in self._updated:
                yield born, stacks[0] if mistaken else (), "zip"


class Penalties:
    """The terms that layers collect by `add_loss`, and whether anyone asks for them while a tape records."""

    def __init__(self) -> None:
        self.read = False
        self._added: deque[Any] = deque(maxlen=256)

    def add(self, losses: Iterable[Any]) -> None:
        """A layer adds a term."""
        self._added.extend(losses)

    def numbers(self) -> set[int]:
        """The terms as a record of operations names them."""
        return {one._id if isinstance(one, ops.EagerTensor) else id(one) for one in self._added}


def _rate(optimizer: Any) -> float | None:
    with suppress(Exception), tf.init_scope():
        rate = optimizer.learning_rate
        return float(rate(optimizer.iterations) if callable(rate) else rate)
    return None


def regularized(layer: Any) -> Iterator[Any]:
    """The weights of a layer that have a penalty of their own."""
    for name, regularizer in list(vars(layer).items()):
        weight = name.removesuffix("_regularizer")
        if regularizer is not None and weight != name and _penalizes(regularizer):
            held = next((one for one in (weight, f"_{weight}") if hasattr(layer, one)), weight)
            if versions.handle(getattr(layer, held, None)) is not None:
                yield getattr(layer, held)


def _penalizes(regularizer: Any) -> bool:
    """Whether a penalty may be anything but zero: `l2(0.0)` is none."""
    strengths = [getattr(regularizer, name, None) for name in ("l1", "l2")]
    known = [one for one in strengths if one is not None]
    return not known or any(float(one) != 0 for one in known)


def _key(gradient: Any) -> object:
    """What identifies a gradient for good: object ids are used again."""
    values = getattr(gradient, "values", gradient)
    number = getattr(values, "_id", None)
    return number if number is not None else (id(getattr(values, "graph", None)), getattr(values, "name", ""))


def _zips(code: str) -> bool:
    """Whether pairs are made without choosing among them."""
    return "zip(" in code and " if " not in code
