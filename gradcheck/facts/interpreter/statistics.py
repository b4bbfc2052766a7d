"""What a mean, a mode or a spread of a distribution depends on."""

from __future__ import annotations

from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.values import Held
from gradcheck.facts.effects.row import effect

_AROUND = {
    f"tfp.distributions.{name}": "distribution"
    for name in ("BatchBroadcast", "BatchReshape", "Independent", "Sample")
}
"""Distributions whose statistics are those of the one they are made of, and what that is called."""


def inner_of(held: Held) -> Held | None:
    """The one that a distribution is made of, if its statistics are that one's."""
    given = held.argument(_AROUND[held.name], 0) if held.name in _AROUND else None
    inner = next(flatten(given), None)
    return inner if isinstance(inner, Held) else None


def split(held: Held, method: str) -> tuple[list[Held], list[Held]]:
    """The parameters that a statistic depends on, and those that it leaves out; none at all where it may
    depend on all."""
    if (inner := inner_of(held)) is not None:
        return split(inner, method)
    row = effect(held.name) if held.parameters else None
    ignored = row.ignores(method) if row is not None else ()
    read: list[Held] = []
    left: list[Held] = []
    for name, position, kept in held.parameters if ignored else ():
        out = any(name == one.name or position == one.position for one in ignored)
        (left if out else read).append(kept)
    return read, left
