"""Calls of what a function was given: `def applied(function, x): return function(x)`.

What such a call does was chosen where the function is called, and that is the line to look at.
"""

from __future__ import annotations

import ast

from gradcheck.base.parameters import required


def calls_what_it_was_given(call: ast.AST, function: ast.AST) -> bool:
    """Whether a call inside a function calls one of its parameters that every caller has to give."""
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        return False
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        return False
    return any(one.arg == call.func.id for one in required(function.args))
