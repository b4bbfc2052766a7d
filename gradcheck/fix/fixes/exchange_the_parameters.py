"""Give a loss its two parameters in the order in which Keras hands them over."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.loss_parameters import exchanged
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.NOT_IN_LOSS, Kind.INFINITE_SLOPE),
    title="Exchange the two parameters",
    safe=False,
    keeps_value=False,
    rank=4,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`def loss(y_pred, y_true):` becomes `def loss(y_true, y_pred):`."""
    given = exchanged(tree, finding)
    if given is None or any(one.annotation or one.default for one in given):
        return None
    first, second = (one.name for one in given)
    return tree.change({first: second, second: first})
