"""Layers that the slices of a model's list leave out: `layers[:i]` and `layers[i + 1 :]`."""

from __future__ import annotations

from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.values import Birth
from gradcheck.facts.interpreter.machine import Machine


def between_slices(machine: Machine, birth: Birth) -> Site | None:
    """The slice that begins behind a layer which another slice of the same list ends before."""
    for later in machine.log.sliced:
        before = later.layers[later.first - 1] if later.first else None
        others = [one for one in machine.log.sliced if one is not later and _same(one.layers, later.layers)]
        if before is birth.owner and any(one.first + one.taken == later.first - 1 for one in others):
            return later.site
    return None


def _same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    # The layer that stands for a model's input is made anew whenever its list is read.
    return len(one) == len(other) and all(a is b for a, b in zip(one[1:], other[1:], strict=True))
