"""What a gradient of the user's own is multiplied by, where that is zero: the strength of a gradient reversal
that nobody has set."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from gradcheck.base.parameters import parameters
from gradcheck.facts.domain.arguments import Arguments
from gradcheck.facts.domain.literals import stores
from gradcheck.facts.domain.values import Constant, Function, Instance, Value, plain
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.transfer.set_up import kept

FACTOR = "factor"
"""The detail of a cut where what goes back is multiplied by zero."""
THROUGH = frozenset(
    {"cast", "constant", "convert_to_tensor", "float32", "identity", "multiply", "negative", "scalar_mul"}
)
"""Calls whose result is zero if one of the things is that they are given."""
Code = ast.FunctionDef | ast.Lambda


class Known(NamedTuple):
    """What the names are that a gradient function reads, as the program called the function around it."""

    machine: Machine
    function: Function
    given: dict[str, Value]

    def is_zero(self, node: ast.expr) -> bool:
        """Whether a name or an attribute is the number zero, for good."""
        match node:
            case ast.Name(id=name):
                value = self.given.get(name) or self._read(name)
            case ast.Attribute(value=ast.Name(id=owner), attr=name):
                found = self.given.get(owner) or self.function.scope.find(owner)
                value = kept(self.machine, found, name) if isinstance(found, Instance) else None
            case _:
                return False
        number = plain(value) if isinstance(value, Constant) else None
        return type(number) in (int, float) and number == 0

    def _read(self, name: str) -> Value | None:
        tree = self.function.module.tree
        again = stores(tree)[name] > 1 or name in _declared(tree)
        return None if again else self.function.scope.find(name)


def zero_factors(
    machine: Machine, function: Function, arguments: Arguments
) -> Iterator[tuple[int, ast.expr]]:
    """The arguments whose gradient is multiplied by zero, each with the name of the factor."""
    gradients, count = [*_gradients(function.node)], len(arguments.values())
    if arguments.starred or len(gradients) != 1:
        return
    [inner] = gradients
    known = Known(machine, function, _given(function, arguments, inner))
    rows = [_row(value, count) for value in _returned(inner)]
    for place in range(count):
        parts = [row[place] for row in rows if row]
        found = [_factor(known, inner, part) for part in parts]
        if found and len(parts) == len(rows) and found[0] is not None and None not in found:
            yield place, found[0]


def _given(function: Function, arguments: Arguments, inner: Code) -> dict[str, Value]:
    """What the function's own parameters are; nothing is known of those of its gradient."""
    own = [one.arg for one in parameters(function.node.args)]
    found = {word: value for word, _, value in arguments.keywords}
    found |= {name: value for name, (_, value) in zip(own, arguments.positional, strict=False)}
    found |= {name: Constant(known=False) for name in own if name not in found}
    return found | {one.arg: Constant(known=False) for one in parameters(inner.args)}


def _gradients(node: ast.AST) -> Iterator[Code]:
    """The functions that a function hands out beside its result."""
    body = node.body if isinstance(node, ast.FunctionDef) else []
    named = {one.name: one for one in body if isinstance(one, ast.FunctionDef)}
    for one in body:
        match one:
            case ast.Return(value=ast.Tuple(elts=[_, ast.Lambda() as given])):
                yield given
            case ast.Return(value=ast.Tuple(elts=[_, ast.Name(id=name)])) if name in named:
                yield named[name]


def _returned(inner: Code) -> list[ast.expr]:
    if isinstance(inner, ast.Lambda):
        return [inner.body]
    returns = (one for one in ast.walk(inner) if isinstance(one, ast.Return))
    return [one.value for one in returns if one.value is not None]


def _row(value: ast.expr, count: int) -> list[ast.expr]:
    """The gradient for each argument; none where it is not written out."""
    if isinstance(value, ast.Tuple):
        return value.elts if len(value.elts) >= count else []
    return [value] if count == 1 else []


def _factor(known: Known, inner: Code, node: ast.expr, depth: int = 6) -> ast.expr | None:
    """What makes an expression zero whatever comes in."""
    if not depth:
        return None
    match node:
        case ast.Name() | ast.Attribute() if known.is_zero(node):
            return node
        case ast.Name(id=name):
            parts = _assigned(inner, name)
        case ast.UnaryOp(op=ast.USub(), operand=part) | ast.BinOp(op=ast.Div(), left=part):
            parts = [part]
        case ast.BinOp(op=ast.Mult(), left=left, right=right):
            parts = [left, right]
        case ast.Call(func=ast.Attribute(attr=word), args=args) if word in THROUGH:
            parts = args
        case _:
            return None
    found = (_factor(known, inner, part, depth - 1) for part in parts)
    return next((one for one in found if one is not None), None)


def _assigned(inner: Code, name: str) -> list[ast.expr]:
    """What a name is given in a function, if that is so once, and nowhere else in it."""
    nodes = [one for one in ast.walk(inner) if isinstance(one, (ast.Assign, ast.Name))]
    stored = [one for one in nodes if isinstance(one, ast.Name) and one.id == name and _stores(one)]
    found = [one.value for one in nodes if isinstance(one, ast.Assign) and one.targets == stored]
    return found if len(stored) == 1 else []


def _stores(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


@lru_cache(maxsize=8)
def _declared(tree: ast.Module) -> frozenset[str]:
    """The names that functions declare to write outside of themselves."""
    found = (one for one in ast.walk(tree) if isinstance(one, (ast.Global, ast.Nonlocal)))
    return frozenset(name for one in found for name in one.names)
