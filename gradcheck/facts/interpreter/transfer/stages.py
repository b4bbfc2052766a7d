"""Subclasses of `keras.Sequential`: the layers they were given, called one after the other."""

from __future__ import annotations

from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.kept_by_keras import STAGES
from gradcheck.facts.domain.keras_names import SEQUENTIAL
from gradcheck.facts.domain.values import (
    Instance,
    Layer,
    Opaque,
    Sequence,
    Value,
    is_input_layer,
)
from gradcheck.facts.interpreter.machine import Machine


def is_chain(instance: Instance) -> bool:
    """Whether an object is a `Sequential` by its class."""
    return not SEQUENTIAL.isdisjoint(instance.model.libraries)


def add_stages(instance: Instance, layers: Value | None) -> None:
    """Remember layers that its constructor, or `add`, was given."""
    stages = instance.attributes.setdefault(STAGES, Sequence())
    if not isinstance(stages, Sequence) or layers is None:
        return
    if isinstance(layers, Sequence):
        stages.items += layers.items
        stages.many = stages.many or layers.many
    else:
        stages.items.append(layers)
    for held in flatten(layers):
        if isinstance(held, (Layer, Instance)) and held.owner is None:
            held.owner = instance


def call_stages(machine: Machine, instance: Instance, arguments: Arguments) -> Value | None:
    """What they make of the first argument; None where none was given."""
    stages = instance.attributes.get(STAGES)
    if not isinstance(stages, Sequence) or not stages.items:
        return None
    value = arguments.positional[0][1] if arguments.positional else Opaque(label="inputs")
    for stage in list(stages.items):
        if not is_input_layer(stage):
            value = machine.invoke(stage, [value], arguments.node)
    return value
