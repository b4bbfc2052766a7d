"""Which layers are meant to be unfrozen by a loop that looks for their names where they are not?

`for layer in model.layers: if layer.name.startswith("block5"): layer.trainable = True` finds nothing when the
layers of that name are inside a model that is itself one of the layers.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.values import Birth, Constant, Instance, Layer, Opaque, Value, plain
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.events import Event
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.flags import History, histories
from gradcheck.facts.ownership.intended import frozen
from gradcheck.facts.ownership.weights import graph_layers
from gradcheck.facts.program import Program
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind

Fits = Callable[[str], bool]


def ask(program: Program) -> Iterator[Starved]:
    """Layers inside a frozen part whose names fit, where no name that the loop sees does."""
    for history in histories(program.machine):
        for index in history.flags(value=True):
            event = history.events[index]
            if event.loops:
                yield from _never_reached(history, index, event)


def _never_reached(history: History, index: int, event: Event) -> Iterator[Starved]:
    machine = history.machine
    fits, layers = _asked(event), _layers(machine, event.owner)
    if fits is None or not layers or any(fits(name) for one in layers for name in _names(one)):
        return
    for birth in _inside(machine, layers, fits, off=frozen(machine) | set(history.off(index))):
        yield starve(birth, Kind.FROZEN, event.site, "never reached", scene="fit", variant="outer")


def _layers(machine: Machine, owner: Value) -> list[Value]:
    """The layers that the loop goes through."""
    found: list[Value] = []
    for held in flatten(owner):
        if isinstance(held, Opaque) and isinstance(held.part_of, Layer):
            found += _parts(machine, held.part_of)
        else:
            found.append(held)
    inside = {id(part) for one in found for part in _parts(machine, one)}
    return [one for one in found if id(one) not in inside]


def _parts(machine: Machine, model: Value) -> list[Value]:
    if not isinstance(model, Layer):
        return []
    return [*model.parts, *(graph_layers(machine, model) if model.outputs is not None else ())]


def _inside(machine: Machine, layers: list[Value], fits: Fits, off: set[int]) -> list[Birth]:
    inner = [part for one in layers for part in _parts(machine, one)]
    named = [part for part in inner if isinstance(part, Layer) and any(fits(name) for name in _called(part))]
    births = [birth for part in named for birth in part.births]
    return [birth for birth in births if birth.trainable is True and birth.node in off]


def _called(layer: Layer) -> Iterator[str]:
    """The names that a layer was certainly given, by a text or by what makes one."""
    given = plain(layer.options.get("name"))
    if isinstance(given, str):
        yield given
    yield from (birth.name for birth in layer.births if birth.name)


def _names(layer: Value) -> Iterator[str]:
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


# -- what the loop asks ---------------------------------------------------------


def _asked(event: Event) -> Fits | None:
    """The test of a layer's name that leads to the flag."""
    loop = event.loops[-1]
    target = loop.target if isinstance(loop, ast.For) else None
    if not isinstance(target, ast.Name):
        return None
    for statement in ast.walk(loop):
        if isinstance(statement, ast.If) and any(event.site.node in ast.walk(one) for one in statement.body):
            return _test(statement.test, target.id)
    return None


def _test(test: ast.expr, layer: str) -> Fits | None:
    match test:
        case ast.Call(func=ast.Attribute(value=named, attr="startswith" | "endswith" as how), args=[given]):
            texts = tuple(_texts(given)) if _is_name(named, layer) else ()
            return (lambda name: bool(getattr(name, how)(texts))) if texts else None
        case ast.Compare(left=named, ops=[ast.Eq() | ast.In()], comparators=[given]) if _is_name(
            named, layer
        ):
            texts = tuple(_texts(given))
            return (lambda name: name in texts) if texts else None
        case ast.Compare(left=ast.Constant(value=str() as text), ops=[ast.In()], comparators=[named]):
            return (lambda name: text in name) if _is_name(named, layer) else None
    return None


def _is_name(node: ast.expr, layer: str) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id=word), attr="name"):
            return word == layer
    return False


def _texts(node: ast.expr) -> list[str]:
    parts = node.elts if isinstance(node, (ast.Tuple, ast.List, ast.Set)) else [node]
    texts = [one.value for one in parts if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return texts if len(texts) == len(parts) else []
