"""Names and what they were bound to, where that is sure: one assignment in the function around them."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from gradcheck.fix.cst.expressions import uses
from gradcheck.fix.cst.lines import assigned, function_of, line_of
from gradcheck.fix.cst.tree import Tree


def bound_to(tree: Tree, node: cst.CSTNode) -> cst.BaseExpression | None:
    """What the one assignment of a name in its function gives it."""
    if not isinstance(node, cst.Name):
        return None
    inside = function_of(tree, node)
    lines = [line for one in uses(tree, node.value, inside) if (line := _binds(tree, one)) is not None]
    pair = assigned(lines[0]) if len(lines) == 1 else None
    return pair[1] if pair else None


def behind(tree: Tree, whole: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """Every expression inside one, and inside what the names in it are bound to, each once."""
    bound = (bound_to(tree, name) for name in tree.every(cst.Name, whole))
    parts = [whole, *(value for value in bound if value is not None)]
    yield from {id(one): one for part in parts for one in tree.every(cst.BaseExpression, part)}.values()


def readers(tree: Tree, value: cst.BaseExpression) -> list[cst.Name] | None:
    """Where the name is read that a line binds to an expression; None where it has no name of its own."""
    line = line_of(tree, value)
    pair = assigned(line) if line else None
    if line is None or pair is None or pair[1] is not value:
        return None
    found = [*uses(tree, pair[0].value, function_of(tree, value))]
    lines = [bound for one in found if (bound := _binds(tree, one)) is not None]
    reads = [one for one in found if _binds(tree, one) is None]
    if len(lines) == 1:
        return reads
    return _until_bound_again(tree, line, lines, reads)


def _until_bound_again(
    tree: Tree, line: cst.SimpleStatementLine, lines: list[cst.SimpleStatementLine], reads: list[cst.Name]
) -> list[cst.Name] | None:
    """The reads between a line and the one that binds its name anew: `x = f(x)`, further down in the same
    block; None where it is not that plain."""
    block = tree.parent(line)
    if any(tree.parent(one) is not block for one in lines):
        return None
    starts = sorted(tree.line(one) for one in lines)
    first = tree.line(line)
    if first != starts[0] or starts[1] == first or any(tree.line(one) <= first for one in reads):
        return None
    again = next(one for one in lines if tree.line(one) == starts[1])
    end = tree.ranges[again].end.line
    return [one for one in reads if tree.line(one) <= end]


def only_reader(tree: Tree, value: cst.BaseExpression) -> cst.BaseExpression:
    """The expression itself, or the one place where the name it is bound to is read."""
    found = readers(tree, value)
    return found[0] if found and len(found) == 1 else value


def _binds(tree: Tree, name: cst.Name) -> cst.SimpleStatementLine | None:
    """The statement that gives a name a value, if this is where."""
    above = tree.parent(name)
    while isinstance(above, cst.Element | cst.StarredElement | cst.Tuple | cst.List):
        above = tree.parent(above)
    targets = (
        cst.AssignTarget,
        cst.AugAssign,
        cst.AnnAssign,
        cst.NamedExpr,
        cst.For,
        cst.AsName,
        cst.CompFor,
    )
    if not isinstance(above, targets) or (
        not isinstance(above, cst.AsName) and getattr(above, "target", None) is not _outermost(tree, name)
    ):
        return None
    statement = tree.statement(name)
    return statement if isinstance(statement, cst.SimpleStatementLine) else cst.SimpleStatementLine([])


def _outermost(tree: Tree, name: cst.CSTNode) -> cst.CSTNode:
    """The whole target that a name is part of: the tuple of `a, b = c`."""
    node, above = name, tree.parent(name)
    while isinstance(above, cst.Element | cst.StarredElement | cst.Tuple | cst.List):
        node, above = above, tree.parent(above)
    return node
