"""Take a sum of exponentials over the batch, where the axis that it is taken over has one entry."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.bindings import behind
from gradcheck.fix.cst.expressions import argument
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.CONSTANT_OUTPUT,),
    title="Take it over the batch, not over the one entry of the last axis",
    safe=False,
    keeps_value=False,
    rank=6,
)
_OVER_AXIS = frozenset(
    {
        "cumsum",
        "cumulative_logsumexp",
        "l2_normalize",
        "log_softmax",
        "logsumexp",
        "reduce_logsumexp",
        "reduce_max",
        "reduce_mean",
        "reduce_sum",
        "softmax",
    }
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`axis=-1` becomes `axis=0` in the one call of the expression, or of what its names are bound to."""
    whole = tree.find(finding.location, cst.BaseExpression)
    calls = (one for one in behind(tree, whole) if isinstance(one, cst.Call)) if whole is not None else ()
    axes = [axis for call in calls if (axis := _axis(tree, call)) is not None]
    return tree.change({axes[0]: cst.Integer("0")}) if len(axes) == 1 else None


def _axis(tree: Tree, call: cst.Call) -> cst.BaseExpression | None:
    """The axis that a call is told to go along, if that is the last of two."""
    known = names(tree).called(call).rpartition(".")[2] in _OVER_AXIS
    axis = argument(call, 1, "axis") if known else None
    return axis if axis is not None and tree.code(axis) in ("-1", "1") else None
