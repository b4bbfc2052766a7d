"""What a function of the program gives for each epoch in turn, where plain numbers decide that."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from gradcheck.base.parameters import parameters
from gradcheck.facts.domain.values import Function
from gradcheck.facts.ownership.possible import Given, Possible, Values
from gradcheck.facts.ownership.writes import Code, spelt

PLAIN = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr, ast.Pass, ast.Raise, ast.Global, ast.Nonlocal)
"""Statements after which a function goes on, or gives nothing."""
NOTHING: Values = frozenset()
"""Stands for a value that is not known."""


def zero_everywhere(function: Function, epochs: Iterable[int], rate: float | None) -> ast.expr | None:
    """The expression that makes a schedule zero in the first of these epochs, if it is in each of them;
    `rate` is what it begins with, and is given what it gave before."""
    node, first = function.node, None
    names = [one.arg for one in parameters(node.args)][1 if function.bound is not None else 0 :]
    if not names or function.decorators:
        return None
    last: Values = frozenset({rate}) if rate is not None else NOTHING
    for epoch in epochs:
        given = _given(node, {names[0]: frozenset({epoch}), **dict.fromkeys(names[1:2], last)})
        possible = Possible(function.module.tree, given)
        returned = _returned(possible, node)
        if not returned or not all(possible.is_zero(one) for one in returned):
            return None
        first, last = first or returned[0], frozenset({0.0})
    return first


def _given(node: ast.AST, given: Given) -> Given:
    """What is known of the parameters, without those that get another value."""
    stored = {spelt(one) for one in ast.walk(node) if isinstance(getattr(one, "ctx", None), ast.Store)}
    return {name: NOTHING if name in stored else values for name, values in given.items()}


def _returned(possible: Possible, node: Code) -> list[ast.expr]:
    """What a function may return; nothing where that is not known."""
    if isinstance(node, ast.Lambda):
        return [node.body]
    found = _run(possible, node.body)
    return found[0] if found is not None and found[1] else []


def _run(possible: Possible, body: list[ast.stmt]) -> tuple[list[ast.expr], bool] | None:
    """What a block may return, and whether it ends the function; None where that is not known."""
    found: list[ast.expr] = []
    for statement in body:
        match statement:
            case ast.Return(value=ast.expr() as value):
                return [*found, value], True
            case ast.If():
                arms = [_run(possible, arm) for arm in _arms(possible, statement)]
                known = [one for one in arms if one is not None]
                if len(known) < len(arms):
                    return None
                found += [value for values, _ in known for value in values]
                if all(ended for _, ended in known):
                    return found, True
            case _ if not isinstance(statement, PLAIN):
                return None
    return found, False


def _arms(possible: Possible, statement: ast.If) -> list[list[ast.stmt]]:
    truth = possible.truth(statement.test)
    if truth is None:
        return [statement.body, statement.orelse]
    return [statement.body if truth else statement.orelse]
