"""Which test decides whether a function comes to a place: `if skip: return x`, and then the place."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

_LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)


def guard(function: ast.FunctionDef, wanted: Callable[[ast.AST], bool]) -> ast.expr | None:
    """The one test around all that is wanted in a function, or before it where an arm leaves; None where
    several decide, or where something that is wanted always runs."""
    ways = [*_tests(function.body, wanted)]
    alone = {tests[0] for tests in ways if len(tests) == 1}
    return alone.pop() if len(alone) == 1 and all(len(tests) == 1 for tests in ways) else None


def tests_before(function: ast.FunctionDef, wanted: Callable[[ast.AST], bool]) -> list[ast.expr] | None:
    """The tests on the ways to all that is wanted in a function; None where something of it always runs."""
    ways = [*_tests(function.body, wanted)]
    return [test for way in ways for test in way] if ways and all(ways) else None


def _tests(block: list[ast.stmt], wanted: Callable[[ast.AST], bool]) -> Iterator[list[ast.expr]]:
    """For each statement that holds something wanted, the tests on the way to it."""
    left: list[ast.expr] = []
    for statement in block:
        if any(map(wanted, ast.walk(statement))):
            yield from ([*left, *inner] for inner in _inside(statement, wanted))
        if isinstance(statement, ast.If) and _leaves(statement):
            left.append(statement.test)


def _inside(statement: ast.stmt, wanted: Callable[[ast.AST], bool]) -> Iterator[list[ast.expr]]:
    if isinstance(statement, ast.If):
        for arm in (statement.body, statement.orelse):
            yield from ([statement.test, *tests] for tests in _tests(arm, wanted))
    elif isinstance(statement, (ast.For, ast.While, ast.With, ast.Try)):
        yield from _tests(statement.body, wanted)
    else:
        yield _choosing(statement, wanted)


def _choosing(statement: ast.stmt, wanted: Callable[[ast.AST], bool]) -> list[ast.expr]:
    """The tests of the conditional expressions in whose arms all stands that is wanted in a statement."""
    places = [node for node in ast.walk(statement) if wanted(node)]
    choices = (node for node in ast.walk(statement) if isinstance(node, ast.IfExp))
    return [one.test for one in choices if _holds([one.body, one.orelse], places)]


def _holds(arms: list[ast.expr], places: list[ast.AST]) -> bool:
    inside = {id(node) for arm in arms for node in ast.walk(arm)}
    return all(id(place) in inside for place in places)


def _leaves(statement: ast.If) -> bool:
    return any(isinstance(arm[-1], _LEAVING) for arm in (statement.body, statement.orelse) if arm)
