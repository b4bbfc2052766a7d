"""`tf.nest`: one function for every leaf of containers that are alike; all leaves, and containers of them."""

from __future__ import annotations

import ast

from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.contents import flatten, inside, size
from gradcheck.facts.domain.values import (
    Choice,
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
    first, others = alike[0], alike[1:]

    def inner(parts: list[Value]) -> Value:
        return _mapped(machine, function, parts, node, depth - 1)

    if isinstance(first, Mapping) and depth:
        entries = {key: inner([_part(machine, one, key, node) for one in alike]) for key in first.entries}
        rest = [inner([one, *(_any(machine, other, node) for other in others)]) for one in first.rest]
        return Mapping(entries, rest)
    if isinstance(first, Sequence) and not isinstance(first, Lazy) and depth:
        places = [[_part(machine, one, at, node) for one in alike] for at in range(len(first.items))]
        return Sequence([inner(place) for place in places], first.many, first.kind)
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


def flattened(machine: Machine, name: str, arguments: Arguments) -> Value:
    """`tf.nest.flatten`: the leaves of a container, in order; any number of parts of what may be one."""
    given = arguments.values()[0] if arguments.values() else Opaque()
    if isinstance(given, (Opaque, Variables, Gradients, Choice)):
        return Sequence([element(machine, given, arguments.node)], many=True)
    if isinstance(given, (Sequence, Mapping)):
        many = isinstance(given, Lazy) or any(_open_ended(one) for one in (given, *(inside(given) or ())))
        return Sequence(list(flatten(given)), many=many)
    return Sequence([given])


def _open_ended(value: Value) -> bool:
    if isinstance(value, Mapping):
        return bool(value.rest)
    return isinstance(value, (Variables, Gradients, Opaque)) or (isinstance(value, Sequence) and value.many)


def packed(machine: Machine, name: str, arguments: Arguments) -> Value:
    """`tf.nest.pack_sequence_as`: a container like the first of the leaves in the second."""
    structure, flat = arguments.get("structure", 0), arguments.get("flat_sequence", 1)
    if flat is None:
        return machine.unknown(arguments.node, arguments.values())
    leaves = flat.items if isinstance(flat, Sequence) else [element(machine, flat, arguments.node)]
    if not isinstance(structure, (Sequence, Mapping)) and len(leaves) == 1:
        return leaves[0]
    alike = isinstance(structure, (Sequence, Mapping)) and size(structure) == len(leaves)
    exact = alike and isinstance(flat, Sequence) and not flat.many
    if exact and isinstance(structure, Sequence) and not structure.many:
        return Sequence(list(leaves), kind=structure.kind)
    if exact and isinstance(structure, Mapping) and not structure.rest:
        return Mapping(dict(zip(structure.entries, leaves, strict=True)))
    return Sequence(list(leaves), many=True)
