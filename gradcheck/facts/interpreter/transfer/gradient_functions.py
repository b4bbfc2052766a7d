"""The gradient functions that a function with a gradient of its own hands out, and what they return."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.base.parameters import parameters


def gradient_functions(node: ast.AST) -> Iterator[ast.FunctionDef]:
    """The inner functions of a function that it hands out beside its result."""
    handed = {name.id for one in ast.walk(node) if isinstance(one, ast.Return) for name in names_in(one)}
    inner = (one for one in ast.walk(node) if isinstance(one, ast.FunctionDef) and one is not node)
    return (one for one in inner if one.name in handed)


def names_in(node: ast.Return) -> Iterator[ast.Name]:
    """What a `return` of several values hands out by name."""
    parts = node.value.elts if isinstance(node.value, ast.Tuple) else []
    return (part for part in parts if isinstance(part, ast.Name))


def returns_of(inner: ast.FunctionDef) -> Iterator[ast.expr]:
    return (one.value for one in ast.walk(inner) if isinstance(one, ast.Return) and one.value is not None)


def takes_variables(inner: ast.FunctionDef) -> bool:
    """Whether a gradient function is one for variables, too."""
    return inner.args.kwarg is not None or any(one.arg == "variables" for one in parameters(inner.args))


def is_zero(inside: ast.FunctionDef, node: ast.expr) -> bool:
    """Whether an expression is zero whatever comes in, written out or under a name that is given once."""
    match node:
        case ast.Constant(value=int() | float() as value):
            return value == 0
        case ast.Call(func=ast.Attribute(attr="zeros" | "zeros_like") | ast.Name(id="zeros" | "zeros_like")):
            return True
        case ast.Call(func=ast.Attribute(attr="constant" | "cast" | "convert_to_tensor"), args=[value, *_]):
            return is_zero(inside, value)
        case ast.BinOp(op=ast.Mult(), left=left, right=right):
            return is_zero(inside, left) or is_zero(inside, right)
        case ast.Name(id=name):
            given = given_once(inside, name)
            return given is not None and not isinstance(given, ast.Name) and is_zero(inside, given)
    return False


def given_once(inside: ast.FunctionDef, name: str) -> ast.expr | None:
    """What a name is given, if that is so once."""
    nodes = list(ast.walk(inside))
    stored = [
        one
        for one in nodes
        if isinstance(one, ast.Name) and one.id == name and isinstance(one.ctx, ast.Store)
    ]
    found = (one.value for one in nodes if isinstance(one, ast.Assign) and one.targets == stored)
    return next(found, None)
