"""Library objects that keep what they are made of, such as distributions and bijectors."""

from __future__ import annotations

import ast

from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.graph import ALWAYS, Edge, keras_bits
from gradcheck.facts.domain.values import (
    Function,
    Held,
    Instance,
    Opaque,
    Parameter,
    Partial,
    Value,
    WeightRef,
    is_keras_weight,
    plain,
)
from gradcheck.facts.effects.row import Effect, Flow, effect
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.report.kinds import Kind

Slot = tuple[str | None, int | None, ast.expr]
"""An argument's name, its position, and the expression."""


def make_held(machine: Machine, row: Effect, name: str, arguments: Arguments) -> Held:
    """An object that keeps its arguments: tensors as they are, bare weights by reference or frozen (a Keras
    variable is not a `tf.Variable`, so under Keras 3 it is converted on the spot)."""
    positional = [value for _, value in arguments.positional]
    keywords = {word: value for word, _, value in arguments.keywords}
    site = machine.site(arguments.node)
    held = Held(name, machine.graph.node(), row.made or "object", site, (positional, keywords))
    frozen = keras_bits(row.keras) if row.flow is Flow.OBJECT else 0
    for word, position, node, value in arguments.all():
        part = row.argument(word, position)
        if part is not None and part.kind is None:
            continue
        hold(machine, _kept_by(machine, row, held, (word, position, node)), value, node, frozen)
    made_of = (inner for value in arguments.values() for inner in flatten(value))
    lost = row.sampled or any(loses_by_sampling(inner) for inner in made_of)
    if lost and not plain(keywords.get("reparameterize")):
        held.drawn = _drawn(machine, row, held, arguments, frozen)
    return held


def _kept_by(machine: Machine, row: Effect, held: Held, slot: Slot) -> Held:
    """What keeps an argument: the object itself, or one of its parameters, where a statistic may read some of
    them only."""
    if not row.unread:
        return held
    part = Held(held.name, machine.graph.node(), held.made, held.site)
    name, position, node = slot
    held.parameters.append(Parameter(name, position, part))
    machine.draw(part, held.node, machine.site(node), recorded=ALWAYS)
    return part


def loses_by_sampling(value: Value) -> bool:
    """Whether a sample of a distribution carries no gradient to some of what it is made of."""
    if not isinstance(value, Held) or value.made != "distribution":
        return False
    row = effect(value.name)
    return row is not None and (not row.reparameterised or value.drawn is not None)


def _drawn(machine: Machine, row: Effect, held: Held, arguments: Arguments, frozen: int) -> Held:
    """What samples of an object carry a gradient to."""
    drawn = Held(held.name, machine.graph.node(), held.made, held.site, held.arguments)
    for word, position, node, value in arguments.all():
        if not any(word == part.name or position == part.position for part in row.sampled):
            for inner in flatten(value):
                left = inner.drawn if isinstance(inner, Held) and loses_by_sampling(inner) else inner
                if left is not None:
                    hold(machine, drawn, left, node, frozen)
    return drawn


def hold(machine: Machine, held: Held, value: Value, node: ast.expr, frozen: int) -> None:
    """Draw the edges from one constructor argument to the object."""
    site = machine.site(node)
    for inner in flatten(value):
        if is_keras_weight(inner) and frozen:
            weight = _weight(inner)
            machine.graph.connect(
                Edge(weight, held.node, site, Kind.CAPTURED_BY_OBJECT, frozen, detail=held.name)
            )
            if machine.recorded:
                machine.graph.connect(
                    Edge(
                        weight,
                        held.node,
                        site,
                        recorded=machine.recorded,
                        missed=Kind.CAPTURED_BY_OBJECT,
                        detail=held.name,
                    )
                )
        elif _is_callable(inner):
            # Kept as it is, and run anew whenever the object is used.
            with machine.maybe(), machine.during(recorded=ALWAYS):
                machine.draw(machine.invoke(inner, [Opaque()], node), held.node, site, recorded=ALWAYS)
        elif not isinstance(inner, Instance):
            machine.draw(inner, held.node, site, recorded=ALWAYS)


def _is_callable(value: Value) -> bool:
    """Whether a value is a function of the program's, or an object that can be called as one."""
    if isinstance(value, Instance):
        return any(value.model.method(name) is not None for name in ("__call__", "call"))
    return isinstance(value, (Function, Partial))


def _weight(value: Value) -> int:
    assert isinstance(value, WeightRef)
    return value.weight.node
