"""Whether a class's own text is all that can use what its objects keep."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from gradcheck.facts.domain.classes import BARE, ClassModel, only_raises
from gradcheck.facts.domain.values import Birth, Instance, Layer, Mapping, Sequence, Value, WeightRef
from gradcheck.facts.interpreter.transfer.inherited_reads import READS
from gradcheck.facts.ownership.text import picks, sweeps, takes

PLAIN_BASES = BARE | frozenset(
    {
        "keras.Layer",
        "keras.layers.Layer",
        "keras.Model",
        "keras.models.Model",
        "tf.Module",
        "keras.layers.AbstractRNNCell",
    }
)
"""Library classes that use none of the attributes their subclasses define."""


def closed(owner: Instance) -> bool:
    """Whether nothing but the class's own text can use what it keeps."""
    model = owner.model
    return not (
        model.open
        or owner.escaped
        or _is_abstract(model)
        or set(model.libraries) - PLAIN_BASES - set(READS)
        or any(sweeps(above.node) for above in model.lineage())
    )


def _is_abstract(model: ClassModel) -> bool:
    """Whether calling an object of a class only raises: it is there to be derived from, by who knows whom."""
    call = model.method("call") or model.method("__call__")
    return call is not None and only_raises(call)


def read_by_base(owner: Instance, attribute: str) -> bool:
    """Whether the `call` of a library class that an object's class derives from reads an attribute."""
    return any(attribute in READS[name].split() for name in owner.model.libraries if name in READS)


def passed_over(kept: Birth | Layer | Instance, owner: Instance, attribute: str) -> bool:
    """Whether all that is ever taken out of the list or dict in an attribute is something else."""
    places = _places(owner.attributes.get(attribute))
    held = [kept.owner, kept] if isinstance(kept, Birth) else [kept]
    place = min((places[id(one)] for one in held if id(one) in places), default=None)
    if place is None or kept.site is None:
        return False
    layer = not isinstance(kept, Birth) or kept.of_layer
    taken = picks(kept.site.frame.module.tree, attribute, later=layer)
    return taken is not None and not any(takes(pick, place.key, place.among) for pick in taken)


class Place(NamedTuple):
    """Which of so many items, counted from 0, and the index or key it has."""

    number: int
    key: int | str
    among: int


@lru_cache(maxsize=16)
def _places(value: Value | None) -> dict[int, Place]:
    """Where a list or dict that is written out first holds a value, or the weight that the value stands for,
    by the identity of either."""
    items: list[tuple[int | str, Value]] = []
    if isinstance(value, Sequence) and not value.many:
        items = list(enumerate(value.items))
    elif isinstance(value, Mapping) and not value.rest:
        items = list(value.entries.items())
    places: dict[int, Place] = {}
    for number, (key, item) in enumerate(items):
        for one in (item, item.weight) if isinstance(item, WeightRef) else (item,):
            places.setdefault(id(one), Place(number, key, len(items)))
    return places
