"""Where a value stands two times in a list, in one place of it for another: `[mean, mean]`."""

from __future__ import annotations

import ast


def doubled_after(scope: ast.AST, value: ast.expr) -> ast.expr | None:
    """The one list after a value that nothing reads in which another value stands two times: `[mean, mean]`
    where nothing reads `log_var`."""
    own = _names_of(scope, value)
    lists = [node for node in ast.walk(scope) if isinstance(node, (ast.List, ast.Tuple))]
    after = [node for node in lists if isinstance(node.ctx, ast.Load) and _start(node) > _start(value)]
    doubled = [
        one for one in after if _has_one_twice(one.elts) and own.isdisjoint(map(ast.unparse, one.elts))
    ]
    return doubled[0] if len({ast.unparse(one) for one in doubled}) == 1 else None


def _names_of(scope: ast.AST, value: ast.expr) -> set[str]:
    """The names that a value is given."""
    given = (node for node in ast.walk(scope) if isinstance(node, ast.Assign) and node.value is value)
    return {ast.unparse(target) for node in given for target in node.targets}


def _start(node: ast.expr) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _has_one_twice(parts: list[ast.expr]) -> bool:
    names = [part.id for part in parts if isinstance(part, ast.Name)]
    return len(names) == len(parts) > 1 and len(set(names)) == len(names) - 1
