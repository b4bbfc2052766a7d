"""What the text of a module reads: the certainty that an abstract run alone cannot give."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.facts.domain.keras_names import DESCRIBING_METHODS, VARIABLE_LISTS

Pick = int | str | slice
SWEEPING = VARIABLE_LISTS | {"__dict__", "layers", "_layers", "submodules", "_flatten_layers"}
"""Attributes of `self` through which a class reaches all it has without naming it."""

_LISTING = DESCRIBING_METHODS | SWEEPING | {"get_layer"}
"""Methods that compute nothing: whoever uses what `layers` or `get_layer` returns reads that name."""

DESCRIBING = frozenset({"shape", "dtype", "ndim", "name", "get_shape"})
_PARAMETERS = {"signature", "getargspec", "getfullargspec"}
DESCRIBERS = (
    DESCRIBING | _PARAMETERS | {"rank", "size", "int_shape", "shape_n", "zeros_like", "ones_like", "len"}
)
"""Attributes and functions of a value that depend on its form alone."""


@dataclass(frozen=True)
class Reads:
    """The attributes a module reads, those read outside of `build`, and the words it may look them up by."""

    attributes: frozenset[str]
    later: frozenset[str]
    words: frozenset[str]


def reads_of(tree: ast.Module) -> Reads:
    """What a module reads by name. A layer whose `build` is all that is ever called is not read, nor is a
    weight of which nothing but the shape is asked."""
    nodes = list(ast.walk(tree))
    built = {id(node.value) for node in nodes if isinstance(node, ast.Attribute) and node.attr == "build"}
    built |= {id(value) for node in nodes for value in described(node)}
    labels = {id(word.value) for word in nodes if isinstance(word, ast.keyword) and word.arg == "name"}
    builders = (node for node in nodes if isinstance(node, ast.FunctionDef) and node.name == "build")
    early = {id(inner) for node in builders for inner in ast.walk(node)}
    read = [
        node
        for node in nodes
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) and id(node) not in built
    ]
    strings = (node for node in nodes if isinstance(node, ast.Constant) and id(node) not in labels)
    return Reads(
        frozenset(node.attr for node in read),
        frozenset(node.attr for node in read if id(node) not in early),
        frozenset(node.value for node in strings if isinstance(node.value, str)),
    )


def described(node: ast.AST) -> list[ast.expr]:
    """The values of which an expression depends on no more than their form."""
    match node:
        case ast.Attribute(value=value, attr=name) if name in DESCRIBING:
            return [value]
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)) if name in DESCRIBERS:
            return node.args[:1]
    return []


def sweeps(node: ast.AST) -> bool:
    """Whether a class reaches its attributes without naming them: by `getattr`, or all of `self.weights`."""
    return sweeping_place(node) is not None


@lru_cache(maxsize=1024)
def sweeping_place(node: ast.AST) -> ast.expr | None:
    """The expression by which a class reaches its attributes without naming them; what it calls `self.layers`
    itself is a list like any other."""
    acting = [*_acting(node)]
    own = {one.attr for one in acting if isinstance(one, ast.Attribute) and isinstance(one.ctx, ast.Store)}
    for inner in acting:
        match inner:
            case ast.Attribute(value=ast.Name(id="self"), attr=name) if name in SWEEPING - own:
                return inner
            case ast.Call(func=ast.Name(id="getattr"), args=[_, key, *_]) if not isinstance(
                key, ast.Constant
            ):
                return inner
            case ast.Call(func=ast.Name(id="vars" | "locals" | "dir")):
                return inner
    return None


def _acting(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a class or function, without methods that only describe the object or list its parts, and
    without values that are only described."""
    stack = [node]
    while stack:
        one = stack.pop()
        yield one
        inside = [part for part in ast.iter_child_nodes(one) if part not in described(one)]
        stack += [part for part in inside if getattr(part, "name", "") not in _LISTING]


@lru_cache(maxsize=256)
def picks(tree: ast.Module, attribute: str, *, later: bool) -> list[Pick] | None:
    """The positions and keys by which a module reads the elements of an attribute; None where it may read
    any. A slice is one, too. With `later`, what `build` reads does not count."""
    nodes = list(ast.walk(tree))
    builders = [
        node for node in nodes if isinstance(node, ast.FunctionDef) and node.name == "build" and later
    ]
    passed = {id(inner) for builder in builders for inner in ast.walk(builder)}
    passed |= {id(value) for node in nodes for value in described(node)}
    indexes = {id(node.value): node.slice for node in nodes if isinstance(node, ast.Subscript)}
    found = []
    for node in nodes:
        if isinstance(node, ast.Attribute) and node.attr == attribute and id(node) not in passed:
            if isinstance(node.ctx, ast.Store):
                continue
            try:
                found.append(_literal(indexes[id(node)]))
            except (KeyError, ValueError):
                return None
    return found


def _literal(node: ast.expr) -> Pick:
    """A written-out index, key or slice; raises ValueError for another."""
    if isinstance(node, ast.Slice):
        bounds = [None if part is None else _literal(part) for part in (node.lower, node.upper, node.step)]
        return slice(*bounds)
    value = ast.literal_eval(node)
    if not isinstance(value, (int, str)):
        raise ValueError(value)
    return value


def takes(pick: Pick, place: int | str, size: int) -> bool:
    """Whether an index, key or slice takes the element at a place among so many."""
    if isinstance(pick, slice):
        return isinstance(place, int) and place in range(size)[pick]
    if isinstance(place, int) and isinstance(pick, int):
        return place == (pick + size if pick < 0 else pick)
    return pick == place
