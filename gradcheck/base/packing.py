"""Where a value is put into a list that nothing reads: `states = [h, c]` after `_, h, c = layer(x)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.base.blocks import blocks


def packed_by(scope: ast.AST, value: ast.expr) -> ast.expr | None:
    """The last list or tuple of the same block that holds nothing but the names of a value, if it is all that
    ever reads them, and nothing reads it."""
    for _, block in blocks(scope):
        for index, statement in enumerate(block):
            if isinstance(statement, ast.Assign) and statement.value is value:
                return _last(scope, block[index + 1 :], {*_names(statement)})
    return None


def _last(scope: ast.AST, later: list[ast.stmt], names: set[str]) -> ast.expr | None:
    packed: list[ast.expr] = []
    for statement in later:
        match statement:
            case ast.Assign(value=ast.List(elts=parts) | ast.Tuple(elts=parts)) if _are(parts, names):
                packed.append(statement.value)
                names |= {*_names(statement)}
    inside = {id(one) for value in packed for one in ast.walk(value)}
    return packed[-1] if packed and not _read(scope, names, inside) else None


def _names(statement: ast.Assign) -> Iterator[str]:
    """The names that a statement gives values to, but for the one of what nobody wants."""
    stored = (one for target in statement.targets for one in ast.walk(target) if isinstance(one, ast.Name))
    return (one.id for one in stored if one.id != "_")


def _are(parts: list[ast.expr], names: set[str]) -> bool:
    return bool(parts) and all(isinstance(one, ast.Name) and one.id in names for one in parts)


def _read(scope: ast.AST, names: set[str], apart: set[int]) -> bool:
    """Whether something besides these nodes reads one of the names."""
    loads = (one for one in ast.walk(scope) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load))
    return any(one.id in names and id(one) not in apart for one in loads)
