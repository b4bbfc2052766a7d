"""Straight-through estimators: `x + stop_gradient(f(x) - x)` has the value of `f(x)`, the gradient of `x`."""

from __future__ import annotations

import ast

THROUGH = "through"
"""The case of a weight that takes part in `f` and nowhere else."""


def passes_by(tree: ast.AST, stop: ast.AST) -> bool:
    """Whether a call that stops a difference is added to what was subtracted in it."""
    match stop:
        case ast.Call(args=[ast.BinOp(op=ast.Sub(), right=taken), *_]):
            return any(ast.dump(other) == ast.dump(taken) for other in _added(tree, stop))
    return False


def _added(tree: ast.AST, stop: ast.AST) -> list[ast.expr]:
    """What a call's result is added to."""
    sums = [node for node in ast.walk(tree) if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add)]
    return [
        other
        for one in sums
        for part, other in ((one.left, one.right), (one.right, one.left))
        if part is stop
    ]
