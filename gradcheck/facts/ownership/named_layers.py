"""Loops over layers that ask for their names: what the layers are called, and which names are asked for."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.inside import parents as parents_of
from gradcheck.facts.domain.values import Constant, Instance, Layer, Opaque, Value
from gradcheck.facts.interpreter.events import Event
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.possible import Possible
from gradcheck.facts.ownership.weights import graph_layers

Fits = Callable[[str], bool]


def gone_through(machine: Machine, owner: Value) -> list[Value]:
    """The layers that a loop goes through, whose target is this value."""
    found: list[Value] = []
    for held in flatten(owner):
        if isinstance(held, Opaque) and isinstance(held.part_of, Layer):
            found += parts(machine, held.part_of)
        else:
            found.append(held)
    inside = {id(part) for one in found for part in parts(machine, one)}
    return [one for one in found if id(one) not in inside]


def parts(machine: Machine, model: Value) -> list[Value]:
    """The layers of a model: of a chain, or of a functional graph."""
    if not isinstance(model, Layer):
        return []
    return [*model.parts, *(graph_layers(machine, model) if model.outputs is not None else ())]


def names(layer: Value) -> Iterator[str]:
    """What a layer may be called: by the name it was given, or by its class."""
    if isinstance(layer, Layer):
        given = layer.options.get("name")
        if isinstance(given, Constant) and isinstance(given.value, str):
            yield given.value
            return
        word = layer.name.rpartition(".")[2]
    elif isinstance(layer, Instance):
        word = layer.model.name
    else:
        return
    snake = re.sub(r"(?<!^)(?=[A-Z][a-z])", "_", word).lower()
    yield from (
        (snake, f"{snake}_1", "functional", "functional_1") if word == "Model" else (snake, f"{snake}_1")
    )


def asked_name(test: ast.expr, layer: str, tree: ast.Module) -> Fits | None:
    """Which names pass a test of `layer.name`; None for a test of anything else."""
    match test:
        case ast.Call(func=ast.Attribute(value=named, attr="startswith" | "endswith" as how), args=[given]):
            texts = tuple(_texts(tree, given)) if _is_name(named, layer) else ()
            return (lambda name: bool(getattr(name, how)(texts))) if texts else None
        case ast.Compare(left=named, ops=[ast.Eq() | ast.In()], comparators=[given]) if _is_name(
            named, layer
        ):
            texts = tuple(_texts(tree, given))
            return (lambda name: name in texts) if texts else None
        case ast.Compare(left=asked, ops=[ast.In()], comparators=[named]) if _is_name(named, layer):
            return _any_of(_texts(tree, asked))
        case ast.Call(func=ast.Name(id="any"), args=[ast.GeneratorExp() | ast.ListComp() as each]):
            return _any_of(_texts(tree, _gone_through(each, layer)))
    return None


def _gone_through(each: ast.GeneratorExp | ast.ListComp, layer: str) -> ast.expr | None:
    """What `part in layer.name for part in parts` goes through."""
    match each.elt, each.generators:
        case (
            ast.Compare(left=ast.Name(id=word), ops=[ast.In()], comparators=[named]),
            [ast.comprehension(target=ast.Name(id=part), iter=parts, ifs=[])],
        ) if word == part and _is_name(named, layer):
            return parts
    return None


def _any_of(texts: list[str]) -> Fits | None:
    return (lambda name: any(text in name for text in texts)) if texts else None


def asked_around(event: Event) -> Fits | None:
    """Which names pass the test that leads to a flag in a loop; None where none asks for names."""
    loop = event.loops[-1]
    target = loop.target if isinstance(loop, ast.For) else None
    if not isinstance(target, ast.Name):
        return None
    for statement in ast.walk(loop):
        if isinstance(statement, ast.If) and any(event.site.node in ast.walk(one) for one in statement.body):
            return asked_name(statement.test, target.id, event.site.frame.module.tree)
    return None


def on_in_turn(event: Event) -> bool:
    """Whether a loop's flag is on for some of its layers: what a comparison says, or a name that one of the
    rounds sets."""
    statement = parents_of(event.site.frame.module.tree).get(event.site.node)
    if not event.loops or not isinstance(statement, ast.Assign):
        return False
    match statement.value:
        case ast.Compare() | ast.Call(func=ast.Attribute(attr="startswith" | "endswith")):
            return True
        case ast.Name(id=name):
            return any(_sets(node, name) for node in ast.walk(event.loops[-1]))
    return False


def _sets(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Assign(targets=[ast.Name(id=word)], value=ast.Constant(value=True)):
            return word == name
    return False


def _is_name(node: ast.expr, layer: str) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id=word), attr="name"):
            return word == layer
        case ast.Call(func=ast.Attribute(value=inner, attr="lower"), args=[]):
            return _is_name(inner, layer)
    return False


def _texts(tree: ast.Module, node: ast.expr | None, depth: int = 4) -> list[str]:
    """The texts that an expression lists, also through names, arguments and attributes of the module; none
    where one of them is not known."""
    parts: list[ast.expr | None] = []
    match node:
        case ast.Constant(value=str() as text):
            return [text]
        case ast.Tuple(elts=listed) | ast.List(elts=listed) | ast.Set(elts=listed):
            parts += listed
        case ast.Name() | ast.Attribute() if depth:
            parts += Possible(tree, {}).sources(node)
    found = [_texts(tree, one, depth - 1) for one in parts]
    return [text for texts in found for text in texts] if all(found) else []
