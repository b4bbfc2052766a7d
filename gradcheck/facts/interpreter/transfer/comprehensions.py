"""What comprehensions and generators yield: item by item where all is known, else as if any were each."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator

from gradcheck.facts.domain.scope import Scope
from gradcheck.facts.domain.values import (
    ClassRef,
    Constant,
    External,
    Lazy,
    Mapping,
    Sequence,
    Value,
    Variables,
    Zip,
    known_size,
)
from gradcheck.facts.interpreter.machine import Evaluate, Machine
from gradcheck.facts.interpreter.transfer.late_binding import note_late
from gradcheck.facts.interpreter.transfer.layers import is_layer
from gradcheck.facts.interpreter.transfer.one_shot import note_gone_through
from gradcheck.facts.interpreter.transfer.sequences import element, unpack

MOST_ITEMS = 12
"""A longer list is gone through as if any of it were each."""
MOST_LAYERS, MOST_OWN = 8, 4
"""So many layers that are counted are told apart: of a library's classes, and of one's own."""
Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp


def _comprehension(machine: Machine, node: ast.ListComp | ast.SetComp) -> Value:
    source = _first(machine, node)
    if isinstance(source, (Zip, Variables)) and _yields_its_source(node):
        return Zip(source.parts, listed=True) if isinstance(source, Zip) else source
    if (together := _put_together(machine, node, source)) is not None:
        return together
    items, many = _comprehended(machine, node, source)
    note_late(machine, node)
    each = len(node.generators) == 1 and not node.generators[0].ifs and isinstance(node, ast.ListComp)
    return Sequence(items, many=many, size=known_size(source) if each else None)


def _generator(machine: Machine, node: ast.GeneratorExp) -> Value:
    """Only its first source is evaluated where it stands."""
    frame, scope, source = machine.frame, machine.scope, _first(machine, node)
    if isinstance(source, (Zip, Variables)) and _yields_its_source(node):
        return source
    if (together := _put_together(machine, node, source)) is not None:
        return together

    def produce() -> tuple[list[Value], bool]:
        with machine.during(frame=frame, scope=scope):
            return _comprehended(machine, node, source)

    return Lazy(produce)


def _first(machine: Machine, node: Comprehension) -> Value:
    """What a comprehension goes through first."""
    written = node.generators[0].iter
    source = machine.eval(written)
    note_gone_through(machine, source, written, node)
    return source


def _yields_its_source(node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> bool:
    """Whether it gives the same items again: `(g, v) for g, v in zip(gradients, variables)`."""
    first, *more = node.generators
    return not more and not first.ifs and ast.unparse(node.elt) == ast.unparse(first.target)


def _put_together(
    machine: Machine, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, source: Value
) -> Variables | None:
    """The weights in `[w for layer in layers for w in layer.trainable_weights]`, if the layers are known."""
    if len(node.generators) != 2 or any(one.ifs for one in node.generators) or not _known(source):
        return None
    outer, inner = node.generators
    if ast.unparse(node.elt) != ast.unparse(inner.target):
        return None
    lists: list[Variables] = []
    with machine.during(scope=Scope(machine.scope)):
        for value in list(source.items) if isinstance(source, Sequence) else ():
            bind_target(machine, outer.target, value)
            found = machine.eval(inner.iter)
            if not isinstance(found, Variables):
                return None
            lists.append(found)
    return Variables(tuple(owner for one in lists for owner in one.owners), lists[-1].site, tuple(lists))


def _comprehended(
    machine: Machine, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, source: Value
) -> tuple[list[Value], bool]:
    """What a comprehension yields, and whether that is any number of items."""
    with machine.during(scope=Scope(machine.scope)):
        if (each := _each(machine, node, source)) is None:
            _bind_generators(machine, node.generators, source)
            return [machine.eval(node.elt)], True
        if isinstance(node, ast.GeneratorExp) and len(node.generators) == 1:
            return [_one_round(machine, node, value) for value in each], False
        return [machine.eval(node.elt) for _ in _rounds(machine, node.generators, each)], False


def _one_round(machine: Machine, node: ast.GeneratorExp, value: Value) -> Value:
    """What a generator yields, with names that no later round gives another value: who takes it uses it
    first."""
    with machine.during(scope=Scope(machine.scope)):
        bind_target(machine, node.generators[0].target, value)
        return machine.eval(node.elt)


def _rounds(machine: Machine, generators: list[ast.comprehension], items: list[Value]) -> Iterator[None]:
    """Bind the targets for each round, one after the other."""
    generator, *inner = generators
    for value in items:
        bind_target(machine, generator.target, value)
        if inner:
            spelled = machine.eval(inner[0].iter)
            yield from _rounds(machine, inner, spelled.items if isinstance(spelled, Sequence) else [])
        else:
            yield


def _each(
    machine: Machine, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, source: Value
) -> list[Value] | None:
    """What a comprehension goes through, if all of it is known, or if it counts the layers that it makes."""
    if _exact(node, source):
        assert isinstance(source, Sequence)
        return list(source.items)
    count = _counts(node, source)
    known = count is not None and isinstance(node, ast.ListComp) and count <= _most(machine, node.elt)
    return [*map(Constant, range(count))] if known and count is not None else None


def _counts(node: Comprehension, source: Value) -> int | None:
    """How far a comprehension counts from zero, if that is all it goes through."""
    first = source.items[0] if isinstance(source, Sequence) and len(source.items) == 1 else None
    if len(node.generators) != 1 or node.generators[0].ifs or not isinstance(first, Constant):
        return None
    return first.below


def _most(machine: Machine, made: ast.expr) -> int:
    """How many layers of a kind are told apart; what one's own class makes takes longer to follow."""
    if not isinstance(made, ast.Call) or not isinstance(made.func, (ast.Name, ast.Attribute)):
        return 0
    match machine.eval(made.func):
        case External(name=name) if is_layer(name):
            return MOST_LAYERS
        case ClassRef():
            return MOST_OWN
    return 0


def _exact(node: Comprehension, source: Value) -> bool:
    """Whether each item of the source is known, and gives one item, or as many as are spelled out."""
    inner = node.generators[1:]
    spelled = [one.iter for one in inner if isinstance(one.iter, (ast.Tuple, ast.List))]
    if any(one.ifs for one in node.generators) or len(spelled) < len(inner) or not _known(source):
        return False
    assert isinstance(source, Sequence)
    return math.prod(len(one.elts) for one in spelled) * len(source.items) <= MOST_ITEMS


def _known(source: Value) -> bool:
    """Whether each item of a comprehension's source is known."""
    if isinstance(source, Lazy) or not isinstance(source, Sequence) or source.many:
        return False
    return 0 < len(source.items) <= MOST_ITEMS


def _dict_comprehension(machine: Machine, node: ast.DictComp) -> Value:
    source = _first(machine, node)
    note_late(machine, node)
    with machine.during(scope=Scope(machine.scope)):
        if not _exact(node, source):
            _bind_generators(machine, node.generators, source)
            machine.eval(node.key)
            return Mapping(rest=[machine.eval(node.value)])
        made = Mapping()
        assert isinstance(source, Sequence)
        for _ in _rounds(machine, node.generators, list(source.items)):
            key, entry = machine.eval(node.key), machine.eval(node.value)
            if isinstance(key, Constant) and key.known and isinstance(key.value, (str, int)):
                made.entries[key.value] = entry
            else:
                made.rest.append(entry)
        return made


def _bind_generators(machine: Machine, generators: list[ast.comprehension], first: Value) -> None:
    for number, generator in enumerate(generators):
        source = machine.eval(generator.iter) if number else first
        bind_target(machine, generator.target, element(machine, source, generator.iter))
        for test in generator.ifs:
            machine.eval(test)


def bind_target(machine: Machine, target: ast.expr, value: Value) -> None:
    """Bind the names of a loop or comprehension target."""
    if isinstance(target, ast.Name):
        machine.scope.bind(target.id, value)
    elif isinstance(target, (ast.Tuple, ast.List)):
        for part, inner in zip(target.elts, unpack(machine, value, target), strict=False):
            bind_target(machine, part.value if isinstance(part, ast.Starred) else part, inner)


COMPREHENSIONS: dict[type, Evaluate] = {
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _generator,
    ast.DictComp: _dict_comprehension,
}
