"""Leave out of a loss what would be divided by zero."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.loss_parameters import exchanged
from gradcheck.fix.cst.quotients import no_nan, quotient_at
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.INFINITE_SLOPE,),
    title="Leave out what would be divided by zero",
    safe=False,
    keeps_value=False,
    rank=5,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`(y - p) / y` becomes `tf.math.divide_no_nan(y - p, y)`, which is zero where `y` is."""
    quotient = quotient_at(tree, finding.location)
    return None if quotient is None or exchanged(tree, finding) else no_nan(tree, quotient)
