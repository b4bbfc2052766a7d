"""Let the gradient pass a clipping as if it were not there, also where everything is clipped."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.estimator import sibling, straight
from gradcheck.fix.cst.expressions import argument, keywords_of
from gradcheck.fix.cst.functions import functions
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.accounts import CLOSED
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.SATURATED,),
    title="Pass the gradient straight through the clipping",
    safe=False,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`clip(x)` becomes `x + stop_gradient(clip(x) - x)`."""
    if finding.detail == CLOSED:
        return None  # the bounds are meant to be others
    clip = tree.find(finding.location, cst.Call, lambda call: _clipped(tree, call) is not None)
    soft = _clipped(tree, clip) if clip else None
    stop = sibling(tree, names(tree).called(clip), "stop_gradient")
    return straight(tree, clip, soft, stop, "unclipped") if clip and soft and stop else None


_CLIPS = frozenset({"tf.clip_by_value", "keras.ops.clip", "keras.backend.clip"})
_BOUNDS = functions("minimum", "maximum")


def _clipped(tree: Tree, call: cst.Call) -> cst.BaseExpression | None:
    """What a call clips: its first argument, or the one of two that is no number."""
    called = names(tree).called(call)
    if called in _CLIPS:
        return argument(call, 0, "t", "x", "value")
    if called not in _BOUNDS or len(call.args) != 2 or keywords_of(call):
        return None
    free = [one.value for one in call.args if not _number(one.value)]
    return free[0] if len(free) == 1 else None


def _number(node: cst.BaseExpression) -> bool:
    return isinstance(node.expression if isinstance(node, cst.UnaryOperation) else node, cst.BaseNumber)
