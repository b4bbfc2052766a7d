"""Let the gradient pass what is done to an image as if it were not there."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.estimator import straight
from gradcheck.fix.cst.expressions import argument
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.NO_GRADIENT, Kind.HOST_FUNCTION),
    title="Pass the gradient straight through what is done to the image",
    safe=False,
    rank=13,
)
_SAME_SHAPE = frozenset(
    f"tf.image.{word}"
    for word in ("adjust_contrast", "adjust_hue", "adjust_jpeg_quality", "adjust_saturation")
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`tf.image.adjust_hue(x, 0.1)` becomes `x + tf.stop_gradient(tf.image.adjust_hue(x, 0.1) - x)`."""
    call = tree.find(finding.location, cst.Call, lambda one: names(tree).called(one) in _SAME_SHAPE)
    image = argument(call, 0, "image", "images") if call is not None else None
    stop = names(tree).spell("tf.stop_gradient")
    return straight(tree, call, image, stop) if call and image and stop else None
