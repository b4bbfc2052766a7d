"""Which weights a Keras model or layer knows of: what it finds in its attributes and in their containers.

Narrower than `ownership`, which lists all that an object may stand for: a finding that a weight is *not*
tracked needs to know where Keras stops looking, and the two Kerases stop at different things.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.classes import LAYER, MODEL, MODULE
from gradcheck.facts.domain.kept_by_keras import graph_of
from gradcheck.facts.domain.values import (
    Birth,
    Choice,
    Held,
    Instance,
    Layer,
    Mapping,
    Opaque,
    Sequence,
    Value,
    Variables,
    WeightRef,
    Zip,
)
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.weights import layers_between

LOOKED_INTO = {
    "2": frozenset({"list", "tuple", "namedtuple", "slice", "sorted"}),
    "3": frozenset({"list", "tuple", "namedtuple", "slice", "sorted", "set", "frozenset"}),
}
"""Kinds of sequences that each Keras looks into; neither looks into a deque, a dict's view or an iterator."""


class Tracker:
    """Collects what one Keras tracks."""

    def __init__(self, machine: Machine, keras: str) -> None:
        self.machine, self.keras = machine, keras
        self.births: dict[int, Birth] = {}
        self.seen: set[int] = set()

    def track(self, value: Value | None) -> None:
        """Add what this value contributes as an attribute of a Keras layer."""
        if value is None or id(value) in self.seen:
            return
        self.seen.add(id(value))
        if isinstance(value, WeightRef):
            if self.keras == "2" or not value.weight.bare:
                self._add(value.weight)
            return
        for inner in self._parts(value):
            self.track(inner)

    def _add(self, birth: Birth) -> None:
        self.births[birth.node] = birth

    def _parts(self, value: Value) -> Iterator[Value]:
        match value:
            case Instance():
                yield from self._of_instance(value)
            case Layer():
                yield from self._of_layer(value)
            case Sequence() if value.kind in LOOKED_INTO[self.keras]:
                yield from value.items
            case Zip(parts=parts, listed=True):
                yield from (one for part in parts if isinstance(part, Sequence) for one in part.items)
            case Mapping():
                yield from value.entries.values()
                yield from (
                    one for one in value.rest if self.keras == "2" or not _among(one, value.defaulted)
                )
            case Choice():
                yield from value.options
            case Variables():
                yield from value.owners
            case Opaque() if value.each_of is not None:
                yield value.each_of
            case Held() if self.keras == "2":
                yield from (*value.arguments[0], *value.arguments[1].values())

    def _of_instance(self, instance: Instance) -> Iterator[Value]:
        known = (LAYER, MODEL, MODULE) if self.keras == "2" else (LAYER, MODEL)
        # What derives from something unknown may be a layer.
        if instance.model.kind not in known and not instance.model.open:
            return
        for birth in instance.births:
            self._add(birth)
        yield from [value for name, value in instance.attributes.items() if name not in instance.hidden]
        if graph := graph_of(instance):
            inputs, outputs = graph
            yield from self._graph(outputs, inputs)

    def _of_layer(self, layer: Layer) -> Iterator[Value]:
        for birth in layer.births:
            self._add(birth)
        yield from layer.parts
        yield from (value for value in layer.options.values() if not isinstance(value, Held))
        if layer.outputs is not None:
            yield from self._graph(layer.outputs, layer.inputs)

    def _graph(self, outputs: Value, inputs: Value | None) -> Iterator[Value]:
        """The layers of a functional graph; what it was called on is no part of it."""
        yield from layers_between(self.machine, inputs, outputs)


def _among(value: Value, values: list[Value]) -> bool:
    return any(value is other for other in values)


def tracked(machine: Machine, value: Value, keras: str) -> dict[int, Birth]:
    """The weights, by node, that this Keras finds in a model or layer."""
    tracker = Tracker(machine, keras)
    tracker.track(value)
    return tracker.births
