"""Functions that a loop makes and that read its names only when somebody calls them: then each of them sees
what the last round left. `calls.append(lambda x: heads[i](x))`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.inside import FUNCTIONS, inside
from gradcheck.facts.domain.values import (
    Birth,
    Instance,
    Layer,
    Lazy,
    Mapping,
    Sequence,
    Value,
    WeightRef,
    plain,
)
from gradcheck.facts.interpreter.log import Late, LateWeight
from gradcheck.facts.interpreter.machine import Machine

Loop = ast.For | ast.AsyncFor | ast.ListComp | ast.SetComp | ast.DictComp
Made = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
PLAIN = (ast.Name, ast.Attribute)
OUTER = (ast.Global, ast.Nonlocal)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def note_late(machine: Machine, node: Loop) -> None:
    """Remember the layers that such functions take by what the loop hands out, in the order of its rounds,
    and the weights that each round makes."""
    for made, names in _closures(node):
        own = names - _bound_elsewhere(machine.frame.code, node)
        for written, value in _taken(machine, node, made, own) if own else ():
            if len(value.items) > 1 or value.many:
                machine.log.late_bound.append(Late(made, written, value, machine.site(made), node))
        for name in sorted(own):
            birth = _born_anew(machine, node, name)
            if birth is not None:
                machine.log.late_weights.append(LateWeight(made, name, birth, machine.site(made), node))


# -- names ------------------------------------------------------------------------


@lru_cache(maxsize=128)
def _closures(node: Loop) -> tuple[tuple[Made, frozenset[str]], ...]:
    """The functions that a loop makes, with the names of the loop that they read when they are called."""
    handed = {name for target, _ in _heads(node) for name in _stored(target)}
    given = handed | {name for one in getattr(node, "body", ()) for name in _assigned(one)}
    found = [(made, frozenset(_free(made) & given)) for made in inside(node) if isinstance(made, FUNCTIONS)]
    return tuple((made, names) for made, names in found if names)


def _heads(node: Loop) -> list[tuple[ast.expr, ast.expr]]:
    if isinstance(node, (ast.For, ast.AsyncFor)):
        return [(node.target, node.iter)]
    return [(one.target, one.iter) for one in node.generators]


def _stored(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def _assigned(statement: ast.stmt) -> set[str]:
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return {one.id for one in targets if isinstance(one, ast.Name)}


def _free(made: Made) -> set[str]:
    """The names that a function reads and does not bind; its defaults are evaluated where it is made."""
    arguments = made.args
    own = {one.arg for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
    body = made.body if isinstance(made.body, list) else [made.body]
    names = [one for part in body for one in ast.walk(part) if isinstance(one, ast.Name)]
    own |= {one.id for one in names if not isinstance(one.ctx, ast.Load)}
    return {one.id for one in names} - own


@lru_cache(maxsize=128)
def _bound_elsewhere(code: ast.AST, node: Loop) -> frozenset[str]:
    """The names that the code around a loop binds, too: what is called then sees those. A comprehension's are
    its own."""
    if not isinstance(node, (ast.For, ast.AsyncFor)):
        return frozenset()
    body = getattr(code, "body", [])
    return frozenset(name for statement in body for name in _bound(statement, node))


def _bound(node: ast.AST, apart: Loop) -> Iterator[str]:
    """The names that a piece of code binds, without a loop, and what has names of its own."""
    if node is apart or isinstance(node, (*FUNCTIONS, *COMPREHENSIONS)):
        yield from (name for one in ast.walk(node) if isinstance(one, OUTER) for name in one.names)
        return
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id
    for inner in ast.iter_child_nodes(node):
        yield from _bound(inner, apart)


# -- layers -----------------------------------------------------------------------


def _taken(
    machine: Machine, node: Loop, made: Made, names: frozenset[str]
) -> Iterator[tuple[ast.expr, Sequence]]:
    """What the names stand for: elements of lists, places in them, keys of dicts, layers made anew."""
    handed = dict(pair for target, source in _heads(node) for pair in _handed(target, source))
    given = {name: value for one in getattr(node, "body", ()) for name, value in _values(one)}
    for name in sorted(names):
        for inner in (*ast.walk(made), *([given[name]] if name in given else [])):
            match inner:
                case ast.Subscript(value=ast.Name() | ast.Attribute() as one, slice=ast.Name(id=place)):
                    if place in handed and (place == name or name in given):
                        yield from _by_key(machine, one, handed[place])
        if isinstance(source := handed.get(name), PLAIN):
            yield from _elements(machine, source)
        if name in given and (anew := _made_anew(machine, node, name)) is not None:
            yield ast.copy_location(ast.Name(name, ast.Load()), made), anew


def _values(statement: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            yield name, value


def _handed(target: ast.expr, source: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Each name of a loop with what it is taken from: a list or dict, or the call that counts or lists."""
    match target, source:
        case ast.Name(id=name), _:
            yield name, source
        case ast.Tuple(elts=[ast.Name(id=name), rest]), ast.Call(func=ast.Name(id="enumerate"), args=[one]):
            yield name, source
            yield from _handed(rest, one)
        case ast.Tuple(elts=targets), ast.Call(func=ast.Name(id="zip"), args=parts):
            for one, part in zip(targets, parts, strict=False):
                yield from _handed(one, part)
        case ast.Tuple(elts=[ast.Name(id=key), ast.Name(id=name)]), ast.Call(
            func=ast.Attribute(value=held, attr="items"), args=[]
        ):
            yield key, source
            yield name, held


def _elements(machine: Machine, written: ast.expr) -> Iterator[tuple[ast.expr, Sequence]]:
    value = machine.eval(written)
    if isinstance(value, Mapping) and not value.rest:
        value = Sequence([*value.entries.values()])
    if isinstance(value, Sequence) and not isinstance(value, Lazy) and _holds_layers(value):
        yield written, value


def _holds_layers(value: Sequence) -> bool:
    return bool(value.items) and all(isinstance(one, (Layer, Instance)) for one in value.items)


def _by_key(machine: Machine, written: ast.expr, source: ast.expr) -> Iterator[tuple[ast.expr, Sequence]]:
    """The elements of a list or dict by the keys that a loop hands out, in the loop's order."""
    held = machine.eval(written)
    match held:
        case Mapping(rest=[], entries=entries):
            keys = _keys(machine, source)
            known = keys is not None and all(key in entries for key in keys)
            value = Sequence([entries[key] for key in keys or ()]) if known else Sequence()
        case Sequence() if not isinstance(held, Lazy):
            count = _count(machine, source)
            fits = held.many or count is None or count >= len(held.items)
            value = held if fits else Sequence(held.items[:count])
        case _:
            return
    if _holds_layers(value):
        yield written, value


def _count(machine: Machine, source: ast.expr) -> int | None:
    """How many rounds a loop has that counts from zero, if that is known."""
    match source:
        case ast.Call(
            func=ast.Name(id="range"), args=[(ast.Constant() | ast.Name() | ast.Attribute()) as one]
        ):
            number = plain(machine.eval(one))
            return number if type(number) is int else None
    return None


def _keys(machine: Machine, source: ast.expr) -> list[str | int] | None:
    """The keys that a loop goes through, as far as all of them are known."""
    match source:
        case ast.Call(func=ast.Attribute(value=one, attr="items" | "keys"), args=[]):
            source = one
    value: Value | None = machine.eval(source) if isinstance(source, (*PLAIN, ast.Tuple, ast.List)) else None
    if isinstance(value, Mapping):
        return [*value.entries] if not value.rest else None
    if not isinstance(value, Sequence) or isinstance(value, Lazy) or value.many:
        return None
    keys = [plain(one) for one in value.items]
    known = [key for key in keys if isinstance(key, (str, int))]
    return known if len(known) == len(keys) else None


def _made_anew(machine: Machine, node: Loop, name: str) -> Sequence | None:
    """A layer that each round of a loop makes."""
    value = machine.scope.find(name)
    if not isinstance(value, (Layer, Instance)) or value.site is None:
        return None
    return Sequence([value], many=True) if _is_made_in(machine, node, value.site) else None


def _born_anew(machine: Machine, node: Loop, name: str) -> Birth | None:
    """A weight that each round of a loop makes."""
    value = machine.scope.find(name)
    birth = value.weight if isinstance(value, WeightRef) else None
    return birth if birth is not None and _is_made_in(machine, node, birth.site) else None


def _is_made_in(machine: Machine, node: Loop, site: Site) -> bool:
    return isinstance(node, ast.For) and site.within(node) and site.frame is machine.frame
