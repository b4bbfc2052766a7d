"""Every place of a module that gives a name or an attribute a value, and what the value is.

Attributes are known by their names alone, whose object it may be; they are spelt `.name`, names of a module
`name`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from gradcheck.facts.domain.inside import FUNCTIONS, parents
from gradcheck.facts.ownership.reading import called_name

Code = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


class Write(NamedTuple):
    """One of them: None for a value that is not written there, and None for what stands in no function."""

    place: str
    value: ast.expr | None
    node: ast.stmt | ast.expr
    function: Code | None

    @property
    def initial(self) -> bool:
        """Whether it is a constructor's, or a class's own."""
        made = isinstance(self.function, ast.FunctionDef) and self.function.name == "__init__"
        return self.place.startswith(".") and (made or (self.function is None and self._in_class))

    @property
    def source(self) -> ast.expr | None:
        """The value, where it is not made of the one before."""
        return None if isinstance(self.node, ast.AugAssign) else self.value

    @property
    def _in_class(self) -> bool:
        match self.node:
            case ast.Assign(targets=[ast.Name(), *_]) | ast.AnnAssign(target=ast.Name()) | ast.keyword():
                return True
            case ast.Call():
                return called_name(self.node) == "add_argument"
        return False


def spelt(node: ast.AST) -> str:
    """How a name or an attribute is called here; nothing for what is neither."""
    match node:
        case ast.Attribute(attr=name):
            return f".{name}"
        case ast.Name(id=name):
            return name
    return ""


@lru_cache(maxsize=8)
def writes_in(tree: ast.Module) -> dict[str, list[Write]]:
    """All of a module, by what is written."""
    found: dict[str, list[Write]] = {}
    for node in ast.walk(tree):
        for place, value in _written(tree, node):
            if place:
                assert isinstance(node, (ast.stmt, ast.expr))
                found.setdefault(place, []).append(Write(place, value, node, function_of(tree, node)))
    return found


def function_of(tree: ast.Module, node: ast.AST) -> Code | None:
    """The function that a node stands in."""
    above = parents(tree)
    found = above.get(node)
    while found is not None and not isinstance(found, FUNCTIONS):
        found = above.get(found)
    return found


def _written(tree: ast.Module, node: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _each(tree, node, target, value)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            yield from _each(tree, node, target, value)
        case ast.AugAssign(target=target, op=op, value=value):
            yield spelt(target), ast.copy_location(ast.BinOp(target, op, value), node)
        case ast.For(target=target):
            yield from _each(tree, node, target, None)
        case ast.Call(args=[_, ast.Constant(value=str(name)), value]) if called_name(node) == "setattr":
            yield f".{name}", value
        case ast.Call(args=[ast.Constant(value=str(name)), *_], keywords=words):
            default = [word.value for word in words if word.arg == "default"]
            if called_name(node) == "add_argument" and default:
                yield f".{name.lstrip('-').replace('-', '_')}", default[0]


def _each(
    tree: ast.Module, node: ast.AST, target: ast.expr, value: ast.expr | None
) -> Iterator[tuple[str, ast.expr | None]]:
    if isinstance(target, (ast.Tuple, ast.List)):
        alike = isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts)
        values = (
            value.elts if alike and isinstance(value, (ast.Tuple, ast.List)) else [None] * len(target.elts)
        )
        for part, one in zip(target.elts, values, strict=True):
            yield from _each(tree, node, part, one)
    elif isinstance(target, ast.Name) and isinstance(parents(tree).get(node), ast.ClassDef):
        yield f".{target.id}", value
    else:
        yield spelt(target), value
