"""Samples that a program learns from by their probability: they need no gradient of their own."""

from __future__ import annotations

from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import RESHAPING, Operation, node_of

_CHOICES = frozenset({"one_hot", "gather", "gather_nd", "take_along_axis", "argmax", "assign"})
_DENSITIES = ("prob", "cross_entropy", "crossentropy", "_cdf")


def is_scored(machine: Machine, sample: int) -> bool:
    """Whether the probability of a sample is asked for, or it chooses among other values: an action, a token
    that is fed back. The same holds of what is only moved, stopped or cut off of it."""
    waiting, seen = [sample], {sample}
    while waiting:
        for edge in machine.graph.outgoing[waiting.pop()]:
            reader = machine.operations.get(edge.target)
            if reader is not None and _scores(reader, edge.source):
                return True
            moved = reader is None or reader.word in RESHAPING | {"stop_gradient", "clip_by_value"}
            if moved and edge.target not in seen:
                seen.add(edge.target)
                waiting.append(edge.target)
    return False


def _scores(reader: Operation, node: int) -> bool:
    if reader.word in _CHOICES or reader.word.startswith("sparse_"):
        return True
    given = any(node_of(value) == node for value in reader.arguments.values())
    return given and any(word in reader.word for word in _DENSITIES)
