"""Calls of what a function was given: `def applied(function, x): return function(x)`.

What such a call does was chosen where the function is called, and that is the line to look at.
"""

from __future__ import annotations

import ast


def calls_what_it_was_given(call: ast.AST, function: ast.AST) -> bool:
    """Whether a call inside a function calls one of its parameters that every caller has to give."""
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        return False
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        return False
    return call.func.id in _required(function.args)


def _required(given: ast.arguments) -> set[str]:
    """The parameters without a default."""
    placed = [*given.posonlyargs, *given.args]
    placed = placed[: len(placed) - len(given.defaults)]
    worded = [
        one for one, default in zip(given.kwonlyargs, given.kw_defaults, strict=True) if default is None
    ]
    return {one.arg for one in (*placed, *worded)}
