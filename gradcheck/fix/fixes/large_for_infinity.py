"""Multiply a mask by a number that is large, and finite."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.reading import dotted
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.NAN_BEHIND_MASK,),
    title="Multiply by a large number instead of infinity",
    safe=False,
    keeps_value=False,
)
LARGE = "1e9"


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`mask * np.inf` becomes `mask * 1e9`, and `-np.inf` becomes `-1e9`."""
    product = tree.find(finding.location, cst.BinaryOperation, _is_product)
    for side in (product.left, product.right) if product else ():
        bare = side.expression if isinstance(side, cst.UnaryOperation) else side
        if isinstance(bare, cst.Attribute) and dotted(bare).rpartition(".")[2] in ("inf", "Inf", "infty"):
            return tree.change({bare: tree.expression(LARGE)})
    return None


def _is_product(node: cst.BinaryOperation) -> bool:
    return isinstance(node.operator, cst.Multiply)
