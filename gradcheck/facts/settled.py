"""What is known of a module only once all of it has run."""

from __future__ import annotations

from collections.abc import Iterable

from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.graph import AMBIENT, Edge, Site
from gradcheck.facts.domain.keras_names import FUNCTIONAL
from gradcheck.facts.domain.values import (
    Instance,
    Layer,
    Opaque,
    Value,
    Variables,
)
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.weights import losses_of, weights_of
from gradcheck.report.kinds import Kind

WRAPPERS = frozenset({"keras.layers.RNN", "keras.layers.TimeDistributed"})
"""Layers with the weights of what they wrap, and none of their own."""


def ask_graphs(machine: Machine) -> None:
    """A functional model that nobody trains here: what it returns counts as reaching the loss."""
    asked = {id(owner) for query in machine.log.queries for owner in getattr(query.sources, "owners", ())}
    for layer in machine.log.layers:
        if (
            layer.name in FUNCTIONAL
            and id(layer) not in asked
            and not layer.called
            and layer.outputs is not None
        ):
            target = tuple(machine.nodes(layer.outputs))
            sources = Variables((layer,), layer.site)
            machine.log.queries.append(Query(None, AMBIENT, target, sources, layer.site, "call"))


def settle(machine: Machine) -> None:
    """Join to the weights what was put down for later: lists of variables, losses and values written."""
    for layer in machine.log.layers:
        if layer.name in WRAPPERS and _wraps_no_weight(machine, layer):
            for birth in layer.births:
                birth.trainable = False
    for variables, node in machine.log.late:
        for owner in variables.owners:
            births = weights_of(machine, owner)
            for birth in births:
                machine.graph.connect(Edge(birth.node, node, None))
            if isinstance(owner, Instance) and not births and owner.model.callable_layer:
                owner.node = machine.graph.node() if owner.node is None else owner.node
                machine.graph.stand_ins.add(owner.node)
                machine.graph.connect(Edge(owner.node, node, None))
            if isinstance(owner, Opaque) and owner.node is not None:
                machine.graph.connect(Edge(owner.node, node, None))
    for owner, node in machine.log.late_losses:
        for loss in losses_of(machine, owner):
            machine.graph.connect(Edge(loss, node, None))
    for owner, arguments, site, recorded in machine.log.exchanged:
        _written(machine, owner, arguments.values(), site, "set_weights()", recorded)
    seen = {one.site.node for one in machine.log.moved if one.recorded}
    for one in machine.log.moved:
        # What a tape sees says why no gradient comes through; without one the same line is nobody's loss.
        if one.recorded or one.site.node not in seen:
            _written(machine, one.variables, one.values, one.site, one.method, one.recorded)


def _wraps_no_weight(machine: Machine, layer: Layer) -> bool:
    """Whether all that a wrapper has the weights of is known to have none."""
    wrapped = [*flatten(layer.made.get("layer", 0) or layer.made.get("cell", 0))] if layer.made else []
    return bool(wrapped) and not any(_may_have_weights(machine, one) for one in wrapped)


def _may_have_weights(machine: Machine, value: Value) -> bool:
    if isinstance(value, Instance):
        known = value.built and value.model.callable_layer and not value.model.open
        return not known or bool(weights_of(machine, value))
    return not isinstance(value, Layer) or bool(value.parts or value.outputs or value.births)


def _written(
    machine: Machine, variables: Value, values: Iterable[Value], site: Site, how: str, recorded: int
) -> None:
    for birth in weights_of(machine, variables):
        for value in values:
            machine.draw(value, birth.node, site, kind=Kind.ASSIGNED, recorded=recorded, detail=how)
