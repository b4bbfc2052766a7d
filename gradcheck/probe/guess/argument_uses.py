"""Guesses what to pass to a constructor or a factory by what its source does with each parameter."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from gradcheck.probe.guess.input_hints import source_of

Named = Callable[[str], tuple[str, ...]]
"""What usually works for a parameter of some name, as source text."""

_MODEL = "tf.keras.Sequential([tf.keras.Input((8,)), tf.keras.layers.Dense(8)])"
_OF_MODELS = frozenset(
    (
        "get_layer",
        "input",
        "input_shape",
        "inputs",
        "layers",
        "output",
        "output_shape",
        "outputs",
        "trainable_variables",
        "trainable_weights",
    )
)
_OF_MAPPINGS = frozenset(("get", "items", "keys", "values"))
_TAKE_SEQUENCES = frozenset(("enumerate", "len", "list", "reversed", "sorted", "tuple", "zip"))
_FUNCTIONS = frozenset(("act", "activation", "fn", "func", "function", "nonlinearity", "op"))
"""Words in the name of what is called and is no layer."""
_SHAPES = frozenset(("batch_input_shape", "input_shape", "shape"))
_INPUTS = frozenset(("Input", "InputLayer"))


@dataclass
class _Uses:
    """What was seen of one parameter."""

    words: list[str] = field(default_factory=list)
    """The strings it is compared with, or looked up under."""
    keys: list[str] = field(default_factory=list)
    is_mapping: bool = False
    attributes: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    """The names it is unpacked into."""
    rows: list[str] = field(default_factory=list)
    """The names each of its items is unpacked into."""
    is_sequence: bool = False
    items: list[str] = field(default_factory=list)
    """The keywords under which its items are passed on."""
    is_shape: bool = False
    is_layer: bool = False
    is_maker: bool = False
    keywords: list[str] = field(default_factory=list)
    """The keywords under which it is passed on itself."""


def by_use(what: Callable[..., Any], names: list[str], named: Named) -> dict[str, tuple[str, ...]]:
    """For those parameters whose use tells, what to try, as source text; the likeliest first."""
    tree = source_of(what)
    if tree is None:
        return {}
    parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    kept = _kept(tree)
    found = {}
    for name in names:
        uses = _Uses()
        for node in ast.walk(tree):
            if _spelled(node) in (name, *kept.get(name, ())):
                _note(uses, node, parents)
        if guesses := tuple(_guesses(name, uses, named)):
            found[name] = guesses
    return found


def _kept(tree: ast.AST) -> dict[str, list[str]]:
    """Per name the attributes of `self` that it is kept in."""
    found: dict[str, list[str]] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Assign(value=ast.Name(id=name), targets=[ast.Attribute() as target]):
                found.setdefault(name, []).append(_spelled(target))
    return found


def _spelled(node: ast.AST) -> str:
    match node:
        case ast.Name(id=name, ctx=ast.Load()):
            return name
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            return f"self.{name}"
    return ""


def _last_word(target: ast.expr) -> str:
    return ast.unparse(target).rpartition(".")[2]


def _note(uses: _Uses, node: ast.AST, parents: Mapping[ast.AST, ast.AST]) -> None:
    """Add what one appearance of a parameter shows."""
    parent = parents.get(node)
    match parent:
        case ast.Compare(ops=[ast.Eq() | ast.NotEq() | ast.In() | ast.NotIn()]):
            uses.words += _strings(parent)
        case ast.Match():
            uses.words += [word for case in parent.cases for word in _strings(case.pattern)]
        case ast.Subscript(slice=key, value=ast.Dict(keys=keys)) if key is node:
            uses.words += [word for one in keys if one for word in _strings(one)]
        case ast.Subscript(value=value, slice=ast.Constant(value=str() as key)) if value is node:
            uses.keys.append(key)
        case ast.Subscript(value=value) if value is node:
            uses.is_sequence = True
        case ast.Attribute(attr=attribute):
            uses.is_mapping |= attribute in _OF_MAPPINGS
            uses.attributes.append(attribute)
        case ast.Assign(targets=[ast.Tuple(elts=names) | ast.List(elts=names)]):
            uses.parts = list(map(_last_word, names))
        case ast.For(target=target) | ast.comprehension(target=target) if parent.iter is node:
            _note_items(uses, target, parents[parent] if isinstance(parent, ast.comprehension) else parent)
        case ast.Starred():
            uses.is_sequence = True
        case ast.keyword(arg=str() as keyword):
            uses.is_shape |= keyword in _SHAPES
            uses.keywords.append(keyword)
        case ast.Call():
            _note_call(uses, node, parent, parents)


def _note_items(uses: _Uses, target: ast.expr, around: ast.AST) -> None:
    uses.is_sequence = True
    if isinstance(target, ast.Tuple):
        uses.rows = list(map(_last_word, target.elts))
    elif isinstance(target, ast.Name):
        passed = (one for one in ast.walk(around) if isinstance(one, ast.keyword) and one.arg)
        uses.items += [one.arg or "" for one in passed if _spelled(one.value) == target.id]


def _note_call(uses: _Uses, node: ast.AST, call: ast.Call, parents: Mapping[ast.AST, ast.AST]) -> None:
    if call.func is node:
        made = _method(call, parents) in ("__init__", "")
        uses.is_maker |= made
        uses.is_layer |= not made
        return
    called = getattr(call.func, "attr", getattr(call.func, "id", ""))
    uses.is_sequence |= called in _TAKE_SEQUENCES
    uses.is_shape |= called in _INPUTS and call.args[:1] == [node]


def _method(node: ast.AST, parents: Mapping[ast.AST, ast.AST]) -> str:
    """The method of a class that a node stands in."""
    while (above := parents.get(node)) is not None:
        if isinstance(above, ast.ClassDef) and isinstance(node, ast.FunctionDef):
            return node.name
        node = above
    return ""


def _strings(node: ast.AST) -> list[str]:
    return [
        one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)
    ]


def _guesses(name: str, uses: _Uses, named: Named) -> Iterator[str]:
    """What fits all that was seen."""
    number = _number(name, uses, named)
    if uses.words:
        yield from map(repr, dict.fromkeys(uses.words))
    elif uses.keys or uses.is_mapping:
        keys = dict.fromkeys(uses.keys) or ("a", "b")
        yield "{" + ", ".join(f"{key!r}: {_value(key, named, number)}" for key in keys) + "}"
    elif uses.is_layer or uses.is_maker:
        yield from _called(name, uses)
    elif uses.attributes:
        yield from _objects(name, uses.attributes, named)
    elif uses.is_shape:
        yield from named("shape")
    elif uses.parts or uses.is_sequence:
        yield from _sequences(uses, named, number)
    else:
        yield from next(filter(None, map(named, uses.keywords)), ())


def _called(name: str, uses: _Uses) -> Iterator[str]:
    if _FUNCTIONS & set(name.lower().split("_")):
        yield "tf.nn.tanh"
    if _OF_MODELS & set(uses.attributes):
        yield _MODEL
    if uses.is_layer:
        yield from ("tf.keras.layers.Dense(8)", "lambda value: value")
    else:
        yield from ("tf.keras.layers.Dense", "tf.keras.layers.LayerNormalization", "lambda value: value")


def _sequences(uses: _Uses, named: Named, number: str) -> Iterator[str]:
    if uses.parts:
        yield _tuple([_value(part, named, number) for part in uses.parts])
    elif uses.rows:
        yield _tuple([_tuple([_value(part, named, number) for part in uses.rows])] * 2)
    else:
        yield from (_tuple([number] * size) for size in (2, 1, 3))


def _tuple(items: list[str]) -> str:
    return f"({', '.join(items)},)"


def _number(name: str, uses: _Uses, named: Named) -> str:
    """The item of a sequence: by the keywords it is passed under, then by its name in the singular."""
    for word in (*uses.items, name.lower().removesuffix("s")):
        if (known := named(word)) and known[0].replace(".", "").isdigit():
            return known[0]
    return "8"


def _objects(name: str, attributes: list[str], named: Named) -> Iterator[str]:
    """A model, or an object of settings; none for what goes by the name of something else, or for a text."""
    if _OF_MODELS & set(attributes):
        yield _MODEL
    elif not named(name.lower()) and not set(attributes) <= set(dir(str)):
        given = ", ".join(f"{one}={_value(one, named, '8')}" for one in dict.fromkeys(attributes))
        yield f"type('Settings', (), dict({given}))()"


def _value(name: str, named: Named, otherwise: str) -> str:
    return (*named(name.lower()), otherwise)[0]
