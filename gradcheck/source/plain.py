"""Writes in one way what Python lets one write in several, so that no later stage has to know them all."""

from __future__ import annotations

import ast

from gradcheck.base.blocks import blocks


def without_annotations(tree: ast.Module) -> ast.Module:
    """The tree itself, with `x: Tensor = f()` read as `x = f()`. In a class, where annotations name fields,
    they stay."""
    for owner, block in blocks(tree):
        if not isinstance(owner, ast.ClassDef):
            block[:] = map(_assigned, block)
    return tree


def _assigned(node: ast.stmt) -> ast.stmt:
    match node:
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            return ast.copy_location(ast.Assign([target], value), node)
    return node
