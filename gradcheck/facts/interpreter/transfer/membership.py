"""Whether a layer is one of a class: what `isinstance` answers, where the source shows it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.facts.domain.classes import BARE, LAYER, MODEL
from gradcheck.facts.domain.keras_names import FUNCTIONAL, MODELS
from gradcheck.facts.domain.values import NONE, Choice, ClassRef, External, Instance, Layer, Sequence, Value
from gradcheck.facts.interpreter.machine import Machine

_LAYERS = frozenset({"keras.Layer", "keras.layers.Layer"})
_OF_LAYERS = "keras.layers."
LAST = frozenset(
    {
        "Activation",
        "Add",
        "BatchNormalization",
        "Concatenate",
        "Dense",
        "Flatten",
        "LSTM",
        "Lambda",
        "LayerNormalization",
        "MultiHeadAttention",
        "Reshape",
    }
)
"""Layers that no other one of the library derives from, under either Keras."""
FIRST = LAST - {"Add", "LSTM"} | {"Conv1D", "Conv2D", "Dropout", "Embedding", "InputLayer", "MaxPooling2D"}
"""Layers that derive from none but `Layer`, under either Keras."""
_LAST, _FIRST = (frozenset(f"{_OF_LAYERS}{name}" for name in names) for names in (LAST, FIRST))


def asked_of(machine: Machine, call: ast.expr) -> tuple[ast.expr, list[Value]] | None:
    """What a test asks `isinstance` about, and for which classes; None for any other test."""
    match call:
        case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name() | ast.Attribute() as place, kinds]):
            asked = machine.eval(kinds)
            return place, asked.items if isinstance(asked, Sequence) and not asked.many else [asked]
    return None


def all_are(value: Value, kinds: list[Value]) -> bool | None:
    """Whether all that a value may be is of one of the classes; False where nothing of it is."""
    found = {is_one_of(one, kinds) for one in options(value)} if kinds else {None}
    return found.pop() if len(found) == 1 else None


def options(value: Value) -> Iterator[Value]:
    """What a value may be."""
    for one in value.options if isinstance(value, Choice) else ():
        yield from options(one)
    if not isinstance(value, Choice):
        yield value


def is_one_of(value: Value, kinds: list[Value]) -> bool | None:
    """Whether a layer, or None, is of one of the classes, as far as is known."""
    found = [False if value is NONE else _is_a(value, kind) for kind in kinds]
    return True if True in found else None if None in found or not found else False


def _is_a(value: Value, kind: Value) -> bool | None:
    match value, kind:
        case Instance(), ClassRef(model=asked):
            own = any(one.node is asked.node for one in value.model.lineage())
            return own or (None if value.model.open else False)
        case Instance(), External(name=name):
            return _derives(value, name)
        case Layer(), ClassRef():
            return False
        case Layer(), External(name=name):
            return _is_library(value.name, name)
    return None


def _derives(value: Instance, name: str) -> bool | None:
    """Whether an object of a user's class is one of a class of the library."""
    bases = set(value.model.libraries) - BARE
    if name in bases or (name in _LAYERS and value.model.callable_layer):
        return True
    if name in FUNCTIONAL and value.model.kind == MODEL:
        return True
    plain = value.model.kind in (LAYER, MODEL) and bases <= _LAYERS | FUNCTIONAL and not value.model.open
    return False if plain and (name.startswith(_OF_LAYERS) or name in MODELS) else None


def _is_library(name: str, asked: str) -> bool | None:
    """Whether a layer of the library is one of another class of it."""
    if name == asked or asked in _LAYERS:
        return True
    if name in MODELS:
        return asked in FUNCTIONAL if asked in MODELS or asked in _LAST else None
    layer = name.startswith(_OF_LAYERS) and "." not in name.removeprefix(_OF_LAYERS)
    other = asked.startswith(_OF_LAYERS) and (asked in _LAST or name in _FIRST)
    return False if layer and (other or asked in MODELS) else None
