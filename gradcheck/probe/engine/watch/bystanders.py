"""Variables that the program holds and does not train: switched off, or in no list. That is no fault."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gradcheck.probe.engine.watch import versions
from gradcheck.probe.engine.watch.births import Born
from gradcheck.probe.engine.watch.frames import Stack
from gradcheck.probe.engine.watch.watch import Watch
from gradcheck.report.kinds import Status

Bystander = tuple[Born, Status, Stack]
"""A variable, what it is, and the line that switched it off."""


def bystanders(watch: Watch, known: set[Born]) -> Iterator[Bystander]:
    """Weights of layers that took part and are not asked for: switched off, or not written by the program
    either. Many a backbone is filled from a file before it is switched off."""
    if not watch.gradients.sites or watch.progress.cut_short:
        return
    off = dict(_switched_off(watch))
    owners = {number: layer for layer in _looked_at(watch) for number in _numbers(layer)}
    for born in watch.births.weights():
        number = versions.handle(born.variable())
        if born in known or not born.stack or not _floats(born) or not _made_to_train(born):
            continue
        layer = None if number is None else owners.get(number)
        if layer is None and watch.progress.trained:
            continue
        if layer is not None and id(layer) in off:
            yield born, Status.FROZEN, off[id(layer)]
        elif born.assigned:
            continue
        elif born.trainable and (layer is None or id(layer) in watch.calls.called or layer.built):
            yield born, Status.UNLISTED, ()


def _looked_at(watch: Watch) -> Iterator[Any]:
    """The layers whose weights matter: those of the named objects where objects are named. What else
    stands in their module is not about them.
    """
    parts = {id(part) for root in watch.progress.trained for part in versions.descendants(root)}
    for layer, _ in watch.births.layers():
        if not watch.progress.trained or id(layer) in parts:
            yield layer


def _switched_off(watch: Watch) -> Iterator[tuple[int, Stack]]:
    """Each layer that is off, with the line that did it; the innermost such line wins."""
    for outer, stack in watch.flags.frozen.values():
        for layer in versions.descendants(outer):
            if not getattr(layer, "trainable", True):
                yield id(layer), stack


def _numbers(layer: Any) -> list[int]:
    return [number for one in versions.own_weights(layer) if (number := versions.handle(one)) is not None]


def _floats(born: Born) -> bool:
    facts = born.describe()
    return facts is not None and "float" in facts.dtype


def _made_to_train(born: Born) -> bool:
    """Whether a weight was created to train: its layer's flag may be off, not its own."""
    variable = born.variable()
    return variable is not None and bool(getattr(variable, "trainable", False))
