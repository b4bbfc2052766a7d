"""Calls whose first two arguments stand in each other's place, as the names say: `distance(z, p)` of a
`def distance(p, z)`."""

from __future__ import annotations

import ast
from collections.abc import Sequence

EXCHANGED = "exchanged"
"""The case of a fault that two values bring about which stand in each other's place."""


def are_exchanged(call: ast.Call, parameters: Sequence[str]) -> bool:
    """Whether the first two arguments of a call are named after the second and the first parameter."""
    if len(call.args) < 2 or len(parameters) < 2:
        return False
    given = [_words(_name(one)) for one in call.args[:2]]
    wanted = [_words(one) for one in parameters[:2]]
    crossed = given[0] & wanted[1] and given[1] & wanted[0]
    return bool(crossed) and not (given[0] & wanted[0] or given[1] & wanted[1])


def first_exchanged(tree: ast.AST, call: ast.Call, parameters: Sequence[str]) -> ast.Call | None:
    """The first such call of a function in the statement that this one is part of: a loss of two views has
    two. None where this is no such call."""
    if not are_exchanged(call, parameters):
        return None
    function = ast.dump(call.func)
    alike = (one for one in _beside(tree, call) if ast.dump(one.func) == function)
    found = (one for one in alike if are_exchanged(one, parameters))
    return min(found, key=lambda one: (one.lineno, one.col_offset), default=call)


def _beside(tree: ast.AST, call: ast.Call) -> list[ast.Call]:
    """The calls in the statement that a call is part of, itself included."""
    for statement in ast.walk(tree):
        if isinstance(statement, ast.stmt) and not hasattr(statement, "body"):
            calls = [one for one in ast.walk(statement) if isinstance(one, ast.Call)]
            if any(one is call for one in calls):
                return calls
    return []


def _name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _words(name: str) -> frozenset[str]:
    """The words of a name, without the numbers behind them: `teacher_out1` is about `teacher` and `out`."""
    return frozenset(word.rstrip("0123456789") for word in name.lower().split("_")) - {""}
