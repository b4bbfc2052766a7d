"""What takes the place of a value that nothing has read: `h = f(x)`, and then `h = g(x)`."""

from __future__ import annotations

import ast

from gradcheck.base.blocks import blocks


def overwritten_by(scope: ast.AST, value: ast.expr) -> ast.expr | None:
    """The value that a later statement of the same block gives to the name that this one was given to, where
    nothing between reads it."""
    for _, block in blocks(scope):
        for index, statement in enumerate(block):
            if (name := _given_to(statement, value)) is not None:
                return _next_value(block[index + 1 :], name)
    return None


def _given_to(statement: ast.stmt, value: ast.expr) -> str | None:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=given) if given is value:
            return name
    return None


def _next_value(later: list[ast.stmt], name: str) -> ast.expr | None:
    for statement in later:
        match statement:
            case ast.Assign(targets=[ast.Name(id=word)], value=value) if word == name:
                return None if _mentions(value, name) else value
        if _mentions(statement, name):
            return None
    return None


def _mentions(node: ast.AST, name: str) -> bool:
    return any(isinstance(one, ast.Name) and one.id == name for one in ast.walk(node))
