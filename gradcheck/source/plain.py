"""Writes in one way what Python lets one write in several, so that no later stage has to know them all."""

from __future__ import annotations

import ast

_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


def without_annotations(tree: ast.Module) -> ast.Module:
    """The tree itself, with `x: Tensor = f()` read as `x = f()`. In a class, where annotations name fields,
    they stay."""
    _plain(tree)
    return tree


def _plain(node: ast.AST) -> None:
    for name in _BLOCKS:
        statements = getattr(node, name, None)
        if isinstance(statements, list):
            if not isinstance(node, ast.ClassDef):
                statements[:] = map(_assigned, statements)
            for one in statements:
                _plain(one)


def _assigned(node: ast.stmt) -> ast.stmt:
    match node:
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            return ast.copy_location(ast.Assign([target], value), node)
    return node
