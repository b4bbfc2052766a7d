"""Samples that a program learns from by their probability: they need no gradient of their own."""

from __future__ import annotations

from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import RESHAPING, Operation, node_of, readers_past

_CHOICES = frozenset({"one_hot", "gather", "gather_nd", "take_along_axis", "argmax", "assign"})
_MOVED = RESHAPING | {"stop_gradient", "clip_by_value"}
_DENSITIES = ("prob", "cross_entropy", "crossentropy", "_cdf")


def is_scored(machine: Machine, sample: int) -> bool:
    """Whether the probability of a sample is asked for, or it chooses among other values: an action, a token
    that is fed back. The same holds of what is only moved, stopped or cut off of it."""
    return any(_scores(reader, node) for reader, node in readers_past(machine, sample, _MOVED))


def _scores(reader: Operation, node: int) -> bool:
    if reader.word in _CHOICES or reader.word.startswith("sparse_"):
        return True
    given = any(node_of(value) == node for value in reader.arguments.values())
    return given and any(word in reader.word for word in _DENSITIES)
