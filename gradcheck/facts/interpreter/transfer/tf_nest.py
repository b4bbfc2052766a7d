"""`tf.nest.map_structure`: one function for every leaf of some containers that are alike."""

from __future__ import annotations

import ast

from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.values import (
    Constant,
    Gradients,
    Lazy,
    Mapping,
    Opaque,
    Sequence,
    Value,
    Variables,
)
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.transfer.sequences import element, item

DEPTH = 5


def map_structure(machine: Machine, name: str, arguments: Arguments) -> Value:
    """A container like the first, of what the function makes of each leaf."""
    values = [value for _, value in arguments.positional]
    if len(values) < 2 or arguments.starred:
        return machine.unknown(arguments.node, arguments.values())
    with machine.maybe():
        return _mapped(machine, values[0], values[1:], arguments.node)


def _mapped(
    machine: Machine, function: Value, alike: list[Value], node: ast.expr, depth: int = DEPTH
) -> Value:
    machine.budget.spend(len(alike))
    first = alike[0]
    if isinstance(first, Mapping) and depth:
        parts = {
            key: _mapped(
                machine, function, [_part(machine, one, key, node) for one in alike], node, depth - 1
            )
            for key in first.entries
        }
        rest = [
            _mapped(
                machine,
                function,
                [one, *(_any(machine, other, node) for other in alike[1:])],
                node,
                depth - 1,
            )
            for one in first.rest
        ]
        return Mapping(parts, rest)
    if isinstance(first, Sequence) and not isinstance(first, Lazy) and depth:
        places = [[_part(machine, one, at, node) for one in alike] for at in range(len(first.items))]
        made = [_mapped(machine, function, place, node, depth - 1) for place in places]
        return Sequence(made, first.many, first.kind)
    if isinstance(first, Variables):
        leaves = [element(machine, one, node) for one in alike]
        return Sequence([machine.invoke(function, leaves, node)], many=True)
    leaves = [element(machine, one, node) if isinstance(one, Gradients) else one for one in alike]
    return machine.invoke(function, leaves, node)


def _part(machine: Machine, value: Value, key: str | int, node: ast.expr) -> Value:
    if isinstance(value, Gradients):
        return value
    if isinstance(value, Sequence) and isinstance(key, int) and key < len(value.items):
        return value.items[key]
    return item(machine, value, Constant(key), node)


def _any(machine: Machine, value: Value, node: ast.expr) -> Value:
    """What any entry of a dict, or any element of a list, may be."""
    if isinstance(value, Mapping):
        inside = [*value.entries.values(), *value.rest]
        return machine.join(inside, node) if inside else Opaque()
    return value if isinstance(value, Gradients) else element(machine, value, node)
