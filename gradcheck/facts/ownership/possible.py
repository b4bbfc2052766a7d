"""The plain values that an expression may have, by what the source assigns to the names in it.

None is for what is not known. What is zero times anything is zero.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import product
from typing import Any, NamedTuple

from gradcheck.base.parameters import parameters
from gradcheck.facts.domain.comparisons import COMPARED
from gradcheck.facts.domain.inside import parents
from gradcheck.facts.ownership.reading import called_name
from gradcheck.facts.ownership.writes import Code, function_of, spelt, writes_in

Values = frozenset[Any]
Given = Mapping[str, Values]

MOST, DEPTH = 16, 8
OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: math.pow,
    ast.USub: operator.neg,
    ast.Not: operator.not_,
    **COMPARED,
}
CALLS: dict[str, Callable[..., Any]] = {
    "min": min,
    "max": max,
    "minimum": min,
    "maximum": max,
    "abs": abs,
    "float": float,
    "int": int,
    "bool": bool,
    "round": round,
    "clip": lambda value, low, high: min(max(value, low), high),
    **{name: getattr(math, name) for name in ("exp", "log", "log1p", "sqrt", "sin", "cos", "tanh")},
    "sigmoid": lambda value: 1.0 / (1.0 + math.exp(-value)),
}
AS_IT_IS = frozenset({"cast", "constant", "convert_to_tensor", "float32", "identity", "asarray", "array"})


class Possible(NamedTuple):
    """Answers for one module; `given` are the places whose values are known otherwise."""

    tree: ast.Module
    given: Given
    depth: int = DEPTH

    def of(self, node: ast.expr | None) -> Values | None:
        """All values that an expression may have."""
        match node:
            case ast.Constant(value=bool() | int() | float() | None as known):
                return frozenset({known})
            case ast.Name() | ast.Attribute():
                place = spelt(node)
                return self.given[place] if place in self.given else self._assigned(node)
            case ast.BinOp(left=left, op=op, right=right):
                return self._product(op, left, right) or self._applied(OPERATORS.get(type(op)), left, right)
            case ast.UnaryOp(op=op, operand=operand):
                return self._applied(OPERATORS.get(type(op)), operand)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self._applied(OPERATORS.get(type(op)), left, right)
            case ast.BoolOp(op=op, values=values):
                return self._connected(isinstance(op, ast.Or), values)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self._chosen(test, body, orelse)
            case ast.Call(args=[first, *_]) if called_name(node) in AS_IT_IS:
                return self.of(first)
            case ast.Call(args=[*args], keywords=[]) if called_name(node) in CALLS:
                return self._applied(CALLS[called_name(node)], *args)
        return None

    def truth(self, node: ast.expr) -> bool | None:
        """Whether an expression counts as true, where that is the same for all that it may be."""
        found = {bool(one) for one in self.of(node) or ()}
        return found.pop() if len(found) == 1 else None

    def is_zero(self, node: ast.expr) -> bool:
        """Whether an expression is the number zero."""
        found = self.of(node)
        return bool(found) and all(type(one) in (int, float, bool) and one == 0 for one in found or ())

    def _product(self, op: ast.operator, left: ast.expr, right: ast.expr) -> Values | None:
        zero = self.is_zero(left) if isinstance(op, (ast.Mult, ast.Div)) else False
        return frozenset({0.0}) if zero or (isinstance(op, ast.Mult) and self.is_zero(right)) else None

    def _applied(self, function: Callable[..., Any] | None, *nodes: ast.expr) -> Values | None:
        values = [self.of(node) for node in nodes]
        if function is None or not all(values):
            return None
        try:
            found = frozenset(function(*one) for one in product(*(one for one in values if one is not None)))
        except (TypeError, ValueError, ArithmeticError):
            return None
        return found if len(found) <= MOST else None

    def _connected(self, either: bool, nodes: list[ast.expr]) -> Values | None:
        truths = [self.truth(node) for node in nodes]
        if either in truths:
            return frozenset({either})
        return None if None in truths else frozenset({not either})

    def _chosen(self, test: ast.expr, body: ast.expr, orelse: ast.expr) -> Values | None:
        truth = self.truth(test)
        if truth is not None:
            return self.of(body if truth else orelse)
        return _union([self.of(body), self.of(orelse)])

    def _assigned(self, node: ast.Name | ast.Attribute) -> Values | None:
        """What a place is given anywhere; what is given from itself adds nothing."""
        place = spelt(node)
        if not self.depth:
            return None
        # While it is looked for, it is not looked for again.
        inner = Possible(self.tree, {**self.given, place: frozenset()}, self.depth - 1)
        sources = [*self.sources(node)]
        found = [inner.of(source) for source in sources if spelt(source or ast.Pass()) != place]
        return _union(found) if found else None

    def sources(self, node: ast.Name | ast.Attribute) -> Iterator[ast.expr | None]:
        """The expressions that a place is given anywhere; None for what is not written down."""
        written = writes_in(self.tree).get(spelt(node), [])
        if isinstance(node, ast.Attribute):
            yield from (
                (one.source for one in written) if written else _properties(self.tree).get(node.attr, ())
            )
            return
        function = function_of(self.tree, node)
        while function is not None:
            mine = [one.source for one in written if one.function is function]
            if node.id in _parameters(function):
                mine += _handed(self.tree, function, node.id)
            if mine:
                yield from mine
                return
            function = function_of(self.tree, function)
        yield from (one.source for one in written if one.function is None)


@lru_cache(maxsize=8)
def _properties(tree: ast.Module) -> dict[str, list[ast.expr | None]]:
    """What the properties of a module return, by their names."""
    found: dict[str, list[ast.expr | None]] = {}
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        if any(ast.unparse(one) == "property" for one in function.decorator_list):
            returns = [node.value for node in ast.walk(function) if isinstance(node, ast.Return)]
            found.setdefault(function.name, []).extend(returns)
    return found


def _union(found: list[Values | None]) -> Values | None:
    known = [one for one in found if one is not None]
    whole = frozenset[Any]().union(*known)
    return whole if len(known) == len(found) and len(whole) <= MOST else None


def _parameters(function: Code) -> list[str]:
    return [one.arg for one in parameters(function.args)]


def _handed(tree: ast.Module, function: Code, name: str) -> Iterator[ast.expr | None]:
    """What a function is given for a parameter: by every call of its name, else by its default."""
    owner = parents(tree).get(function)
    method = isinstance(owner, ast.ClassDef)
    called = getattr(function, "name", "")
    if method and called == "__init__":
        called = getattr(owner, "name", "")
    place = _parameters(function).index(name) - (1 if method else 0)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and called_name(node) == called]
    for call in calls:
        words = {word.arg: word.value for word in call.keywords}
        if None in words or any(isinstance(one, ast.Starred) for one in call.args):
            yield None
        elif name in words or place < len(call.args):
            yield words.get(name) or call.args[place]
        else:
            yield _default(function, name)
    if not calls:
        yield _default(function, name)


def _default(function: Code, name: str) -> ast.expr | None:
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    pairs = [*zip(reversed(positional), reversed(arguments.defaults), strict=False)]
    named = [*zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)]
    return next((value for argument, value in (*pairs, *named) if argument.arg == name), None)
