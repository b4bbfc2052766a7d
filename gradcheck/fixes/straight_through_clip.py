"""Let the gradient pass a clipping as if it were not there, also where everything is clipped."""

from __future__ import annotations

import libcst as cst

from gradcheck.finding import Finding
from gradcheck.kinds import Kind
from gradcheck.rewrite.estimator import sibling, straight
from gradcheck.rewrite.expressions import argument
from gradcheck.rewrite.names import names
from gradcheck.rewrite.repair import Repair
from gradcheck.rewrite.tree import Tree

REPAIR = Repair(
    __name__,
    kinds=(Kind.SATURATED,),
    title="Pass the gradient straight through the clipping",
    safe=False,
)


def mend(tree: Tree, finding: Finding) -> cst.Module | None:
    """`clip(x)` becomes `x + stop_gradient(clip(x) - x)`."""
    clip = tree.find(finding.location, cst.Call, lambda call: names(tree).called(call) in _CLIPS)
    soft = argument(clip, 0, "t", "x", "value") if clip else None
    stop = sibling(tree, names(tree).called(clip), "stop_gradient")
    return straight(tree, clip, soft, stop, "unclipped") if clip and soft and stop else None


_CLIPS = frozenset({"tf.clip_by_value", "keras.ops.clip", "keras.backend.clip"})
