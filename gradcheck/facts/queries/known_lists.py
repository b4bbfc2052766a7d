"""Whether a list of variables is known as a whole."""

from __future__ import annotations

from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.values import Opaque, Value, Variables


def unclear(value: Value) -> bool:
    """Whether something is among these variables that is not known, or a model of which nothing is."""
    return any(isinstance(held, Opaque) for held in flatten(value)) or any(
        isinstance(owner, Opaque)
        for held in flatten(value)
        if isinstance(held, Variables)
        for owner in held.owners
    )
