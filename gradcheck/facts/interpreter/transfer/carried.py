"""What a loop's body changes, and the next round finds: names, entries of dicts and lists, attributes."""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable, Iterator
from typing import NamedTuple, TypeVar

from gradcheck.facts.domain.graph import Edge
from gradcheck.facts.domain.inside import inside
from gradcheck.facts.domain.values import (
    Choice,
    Constant,
    Instance,
    Lazy,
    Mapping,
    Opaque,
    Sequence,
    Tensor,
    Value,
)
from gradcheck.facts.interpreter.machine import Machine

K = TypeVar("K", str, str | int)
MOST_PARTS = 12
"""Larger lists and dicts are no state that a loop hands on."""


class Place(NamedTuple):
    """Where a value is kept; `key` tells two of them apart."""

    key: Hashable
    get: Callable[[], Value | None]
    put: Callable[[Value], None]


class Carried(NamedTuple):
    """A place, the value that it has when a round begins, and the nodes that stand for what the rounds before
    have left there."""

    place: Place
    begun: Value
    nodes: tuple[int, ...]

    def close(self, machine: Machine) -> None:
        """What a round leaves is what the next one begins with."""
        last = self.place.get()
        if last is not None:
            _connect(machine, self.begun, last, set(self.nodes))


def carry(machine: Machine, body: ast.stmt) -> list[Carried]:
    """Give all that a loop's body changes a node for the value it has when a round begins."""
    found: dict[Hashable, Carried] = {}
    for place in _places(machine, body):
        old = place.get() if place.key not in found else None
        nodes: list[int] = []
        if old is not None and (begun := _begun(machine, old, nodes)) is not old:
            place.put(begun)
            found[place.key] = Carried(place, begun, tuple(nodes))
    return list(found.values())


# -- places ---------------------------------------------------------------------------


def _places(machine: Machine, body: ast.stmt) -> Iterator[Place]:
    """What a body writes; a name that it never reads holds nothing of the rounds before."""
    read = _read_in(body)
    for node in inside(body):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) if name in read:
                yield _name(machine, name)
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=key), ctx=ast.Store()):
                yield from _entry(machine.scope.names.get(name), key)
            case ast.Attribute(value=ast.Name(id=name), attr=key, ctx=ast.Store()):
                yield from _attribute(machine.scope.names.get(name), key)


def _read_in(body: ast.stmt) -> set[str]:
    read = {one.id for one in inside(body) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)}
    added = (one.target for one in inside(body) if isinstance(one, ast.AugAssign))
    return read | {one.id for one in added if isinstance(one, ast.Name)}


def _name(machine: Machine, name: str) -> Place:
    def put(value: Value) -> None:
        machine.scope.names[name] = value

    return Place(name, lambda: machine.scope.names.get(name), put)


def _entry(held: Value | None, key: object) -> Iterator[Place]:
    """`made["h"] = ...`, `state[0] = ...`."""
    if isinstance(held, Mapping) and isinstance(key, (str, int)) and key in held.entries:
        yield _of_dict(held.entries, key)
    elif isinstance(held, Sequence) and isinstance(key, int) and _is_short(held) and key < len(held.items):
        items = held.items
        yield Place((id(held), key), lambda: held, lambda value: items.__setitem__(key, value))


def _attribute(held: Value | None, name: str) -> Iterator[Place]:
    """`self.state = ...`."""
    if isinstance(held, Instance) and name in held.attributes:
        yield _of_dict(held.attributes, name)


def _of_dict(kept: dict[K, Value], key: K) -> Place:
    return Place((id(kept), key), lambda: kept.get(key), lambda value: kept.__setitem__(key, value))


# -- values -----------------------------------------------------------------------------


def _begun(machine: Machine, old: Value, nodes: list[int]) -> Value:
    """What a value is when a round begins: what it was, or what an earlier round has left."""
    if isinstance(old, (Opaque, Choice)) or (isinstance(old, Constant) and not isinstance(old.value, str)):
        options = old.options if isinstance(old, Choice) else (old,)
        return Choice((*options, Tensor(_new(machine, nodes))))
    return _with_nodes(machine, old, nodes)


def _with_nodes(machine: Machine, old: Value, nodes: list[int]) -> Value:
    """The same for the tensors inside lists, tuples and dicts; the value itself where there are none."""
    match old:
        case Tensor():
            node = _new(machine, nodes)
            machine.graph.connect(Edge(old.node, node, None))
            return Tensor(node, symbolic=old.symbolic, numpy=old.numpy, unknown=old.unknown)
        case Sequence() if _is_short(old):
            items = [_with_nodes(machine, one, nodes) for one in old.items]
            same = all(new is one for new, one in zip(items, old.items, strict=True))
            return old if same else Sequence(items, kind=old.kind, names=old.names, model=old.model)
        case Mapping() if not old.rest and len(old.entries) <= MOST_PARTS:
            entries = {key: _with_nodes(machine, one, nodes) for key, one in old.entries.items()}
            same = all(entries[key] is one for key, one in old.entries.items())
            return old if same else Mapping(entries)
    return old


def _is_short(value: Sequence) -> bool:
    return not isinstance(value, Lazy) and not value.many and len(value.items) <= MOST_PARTS


def _new(machine: Machine, nodes: list[int]) -> int:
    nodes.append(machine.graph.node())
    return nodes[-1]


def _connect(machine: Machine, begun: Value, last: Value, own: set[int]) -> None:
    match begun, last:
        case Sequence(items=first), Sequence(items=then) if _fits(begun, last):
            for one, other in zip(first, then, strict=True):
                _connect(machine, one, other, own)
        case Mapping(entries=first), Mapping(entries=then) if first.keys() == then.keys() and not last.rest:
            for key, one in first.items():
                _connect(machine, one, then[key], own)
        case _:
            ends = [node for node in machine.nodes(last) if node not in own]
            for node in [node for node in machine.nodes(begun) if node in own]:
                for end in ends:
                    machine.graph.connect(Edge(end, node, None))


def _fits(begun: Sequence, last: Sequence) -> bool:
    return not isinstance(last, Lazy) and not last.many and len(begun.items) == len(last.items)
