"""Divide by `tf.math.divide_no_nan` where the result of dividing by zero is replaced by zero."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.expressions import bare
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.NAN_BEHIND_MASK,),
    title="Divide so that nothing by zero is zero",
    safe=False,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`a / b` becomes `tf.math.divide_no_nan(a, b)`."""
    quotient = tree.find(
        finding.location, cst.BinaryOperation, lambda one: isinstance(one.operator, cst.Divide)
    )
    spelled = names(tree).spell("tf.math.divide_no_nan")
    if quotient is None or spelled is None:
        return None
    new = f"{spelled}({bare(tree, quotient.left)}, {bare(tree, quotient.right)})"
    return tree.change({quotient: tree.expression(new)})
