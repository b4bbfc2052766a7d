"""Compare two entries of what a function is handed, where one is compared with itself."""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.CONSTANT_OUTPUT, Kind.ZERO_SLOPE),
    title="Subtract the other entry",
    safe=False,
    keeps_value=False,
    rank=83,
)
_OTHER = {"0": "1", "1": "0"}
_ENTRY = m.Subscript(m.Name(), [m.SubscriptElement(m.Index(m.Integer("0") | m.Integer("1")))])


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`t[0] - t[0]` becomes `t[0] - t[1]`."""
    at = tree.find(finding.location, cst.BaseExpression)
    differences = [
        one
        for one in (tree.every(cst.BinaryOperation, at) if at else ())
        if isinstance(one.operator, cst.Subtract)
        and m.matches(one.right, _ENTRY)
        and one.left.deep_equals(one.right)
    ]
    if len(differences) != 1:
        return None
    number = next(tree.every(cst.Integer, differences[0].right))
    return tree.change({number: cst.Integer(_OTHER[number.value])})
