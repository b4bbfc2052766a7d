"""New lines beside a statement, and whether a part of it may be computed on a line of its own before it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import libcst as cst

from gradcheck.fix.cst.tree import Change, Tree

_LATER = (
    cst.Lambda,
    cst.BaseComp,
    cst.IfExp,
    cst.BooleanOperation,
    cst.NamedExpr,
    cst.FunctionDef,
    cst.ClassDef,
    cst.Decorator,
)


def line_of(tree: Tree, node: cst.CSTNode) -> cst.SimpleStatementLine | None:
    """The line that evaluates a node exactly once, by itself, in a block of its own: then lines may be put
    before and behind it, and the node may be computed there."""
    statement = tree.statement(node)
    if not isinstance(statement, cst.SimpleStatementLine) or len(statement.body) != 1:
        return None
    for above in tree.above(node):
        if above is statement:
            return statement if _in_block(tree, statement) else None
        if isinstance(above, _LATER):
            return None
    return statement if node is statement and _in_block(tree, statement) else None


def beside(
    tree: Tree, before: Sequence[str] = (), after: Sequence[str] = ()
) -> Callable[[cst.CSTNode], Change]:
    """The replacement of a line that puts others around it."""

    def placed(node: cst.CSTNode) -> Change:
        line = cst.ensure_type(node, cst.SimpleStatementLine)
        above = [one for code in before for one in tree.statements(code)]
        below = [one for code in after for one in tree.statements(code)]
        if above:
            above[0] = above[0].with_changes(leading_lines=line.leading_lines)
            line = line.with_changes(leading_lines=[])
        return cst.FlattenSentinel([*above, line, *below])

    return placed


def assigned(line: cst.SimpleStatementLine) -> tuple[cst.Name, cst.BaseExpression] | None:
    """The one plain name that a line binds, and what to."""
    small = line.body[0] if len(line.body) == 1 else None
    if isinstance(small, cst.Assign) and len(small.targets) == 1:
        target = small.targets[0].target
        return (target, small.value) if isinstance(target, cst.Name) else None
    return None


def function_of(tree: Tree, node: cst.CSTNode) -> cst.CSTNode:
    """The function around a node, else the module."""
    return tree.enclosing(node, cst.FunctionDef) or tree.module


def _in_block(tree: Tree, statement: cst.CSTNode) -> bool:
    return isinstance(tree.parent(statement), cst.Module | cst.IndentedBlock)
