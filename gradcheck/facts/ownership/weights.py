"""Which weights a model, a layer or a list of variables stands for, once the whole program is known."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.graph import Edge
from gradcheck.facts.domain.kept_by_keras import graph_of
from gradcheck.facts.domain.values import (
    Birth,
    Held,
    Instance,
    Layer,
    Method,
    Opaque,
    Sequence,
    Value,
    Variables,
    WeightRef,
)
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.transfer.new_weights import truth

HOLDERS = frozenset({"tensor", "distribution", "bijector"})
"""Objects of a library that list the variables among their arguments."""


def weights_of(machine: Machine, value: Value | None) -> list[Birth]:
    """Every weight inside a value, at any depth, each once, in order of creation."""
    found: dict[int, Birth] = {}
    for birth in _weights(machine, value, set()):
        found.setdefault(birth.node, birth)
    return sorted(found.values(), key=lambda birth: birth.node)


def _weights(machine: Machine, value: Value | None, seen: set[int]) -> Iterator[Birth]:
    for held in flatten(value):
        if id(held) in seen:
            continue
        seen.add(id(held))
        match held:
            case WeightRef():
                yield held.weight
            case Instance():
                yield from _of_instance(machine, held, seen)
            case Layer():
                yield from _of_layer(machine, held, seen)
            case Variables():
                for owner in held.owners:
                    yield from _weights(machine, owner, seen)
            case Opaque() if held.each_of is not None:
                yield from _weights(machine, held.each_of, seen)
            case Method(receiver=receiver, name="value" | "_value"):
                # Under Keras 3 no call: the variable that TensorFlow knows.
                yield from _weights(machine, receiver, seen)
            case Held() if held.made in HOLDERS:
                for part in (*held.arguments[0], *held.arguments[1].values()):
                    yield from _weights(machine, part, seen)


def _of_instance(machine: Machine, instance: Instance, seen: set[int]) -> Iterator[Birth]:
    if truth(instance.attributes.get("trainable"), default=True) is not True:
        return
    yield from instance.births
    for value in [value for name, value in instance.attributes.items() if name not in instance.hidden]:
        yield from _weights(machine, value, seen)
    graph = graph_of(instance)
    if graph is not None and instance.site is not None:
        for part in layers_between(machine, *graph, instance):
            yield from _weights(machine, part, seen)


def _of_layer(machine: Machine, layer: Layer, seen: set[int]) -> Iterator[Birth]:
    if truth(layer.options.get("trainable"), default=True) is not True:
        return
    yield from layer.births
    for part in flatten(Sequence(layer.parts)):
        if isinstance(part, (Layer, Instance)):
            yield from _weights(machine, part, seen)
    if layer.outputs is not None:
        yield from _of_graph(machine, layer, seen)


def _of_graph(machine: Machine, layer: Layer, seen: set[int]) -> Iterator[Birth]:
    for part in graph_layers(machine, layer):
        yield from _weights(machine, part, seen)


def graph_layers(machine: Machine, layer: Layer) -> list[Instance | Layer]:
    """The layers that a functional model consists of: those whose results its outputs were computed from."""
    return layers_between(machine, layer.inputs, layer.outputs, layer)


def layers_between(
    machine: Machine, inputs: Value | None, outputs: Value | None, whole: Value | None = None
) -> list[Instance | Layer]:
    """The layers of a graph, without the model that it is: Keras counts whatever leads to a layer's call,
    whether or not that one uses it."""
    doors = set(machine.nodes(inputs))

    def allow(edge: Edge) -> bool:
        # What a model is called on lies before its inputs, and what is written to its weights before those.
        return edge.target not in doors and not edge.writes

    behind = machine.graph.backward(machine.nodes(outputs), allow)
    found: list[Instance | Layer] = []
    for call in reversed(machine.log.calls):
        if call.symbolic and call.owner is not whole and not behind.isdisjoint(machine.nodes(call.result)):
            found.append(call.owner)
            given = {node for value in call.arguments.values() for node in machine.nodes(value)} - behind
            behind |= machine.graph.backward(given, allow) if given else set()
    return found[::-1]


def stand_ins(value: Value | None) -> Iterator[tuple[Opaque, Variables]]:
    """The unknown models whose variables a value lists. What is a part of another model, or was looked up
    somewhere, may be of one that is known."""
    for held in flatten(value):
        if isinstance(held, Variables):
            for owner in held.owners:
                if isinstance(owner, Opaque) and owner.node is not None and _is_given(owner):
                    yield owner, held


def handed_in(value: Value | None) -> Iterator[tuple[Opaque | Instance, Variables]]:
    """What stands for weights that an object's class does not make: those of the classes below it, and of
    the models that its constructor was given."""
    for held in flatten(value):
        if isinstance(held, Variables):
            objects = [owner for owner in held.owners if isinstance(owner, Instance)]
            supposed = [one for owner in objects for one in _supposed_of(owner)]
            yield from ((one, held) for one in supposed if one.node is not None)


def _supposed_of(owner: Instance) -> list[Opaque | Instance]:
    parts = [*owner.attributes.values()]
    return [owner, *(part for part in parts if isinstance(part, Opaque) and _is_given(part))]


def _is_given(owner: Opaque) -> bool:
    return owner.reason is None and owner.part_of is None


def losses_of(machine: Machine, value: Value) -> set[int]:
    """The nodes of every `add_loss` in a model and its parts."""
    found: set[int] = set()
    stack, seen = [value], set()
    while stack:
        owner = stack.pop()
        if id(owner) in seen:
            continue
        seen.add(id(owner))
        if isinstance(owner, (Instance, Layer)):
            found.update(owner.losses)
            inside = list(owner.attributes.values() if isinstance(owner, Instance) else owner.parts)
            if isinstance(owner, Layer) and owner.outputs is not None:
                inside += graph_layers(machine, owner)
            stack += [
                held for part in inside for held in flatten(part) if isinstance(held, (Instance, Layer))
            ]
    return found
