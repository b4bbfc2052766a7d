"""The lists of statements in a piece of code."""

from __future__ import annotations

import ast
from collections.abc import Iterator

_FIELDS = ("body", "orelse", "finalbody", "handlers", "cases")


def blocks(node: ast.AST) -> Iterator[tuple[ast.AST, list[ast.stmt]]]:
    """Every one below a node, with what it belongs to, the outermost first."""
    for field in _FIELDS:
        block = getattr(node, field, None)
        if isinstance(block, list):
            yield node, block
            for statement in block:
                yield from blocks(statement)
