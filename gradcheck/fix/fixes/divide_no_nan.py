"""Divide by `tf.math.divide_no_nan` where the result of dividing by zero is replaced by zero."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.quotients import is_quotient, no_nan
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
    quotient = tree.find(finding.location, cst.BinaryOperation, is_quotient)
    return no_nan(tree, quotient) if quotient is not None else None
