"""Quotients, and what takes their place where the divisor may be zero."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.expressions import bare
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tree import Tree
from gradcheck.report.finding import Location


def is_quotient(node: cst.CSTNode) -> bool:
    """Whether a node divides."""
    return isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Divide)


def quotient_at(tree: Tree, location: Location) -> cst.BinaryOperation | None:
    """The quotient that stands exactly at a finding."""
    found = tree.find(location, cst.BinaryOperation)
    if found is None or not is_quotient(found):
        return None
    start, end = tree.ranges[found].start, tree.ranges[found].end
    spot = (start.line, start.column + 1, end.line, end.column + 1)
    return found if spot == (location.line, location.column, location.end_line, location.end_column) else None


def no_nan(tree: Tree, quotient: cst.BinaryOperation) -> cst.Module | None:
    """The module with `tf.math.divide_no_nan(a, b)` in the place of `a / b`, where TensorFlow has a name."""
    spelled = names(tree).spell("tf.math.divide_no_nan")
    if spelled is None:
        return None
    new = f"{spelled}({bare(tree, quotient.left)}, {bare(tree, quotient.right)})"
    return tree.change({quotient: tree.expression(new)})
