"""Make a token of every feature, where all features are one token and an attention has nothing to choose."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.expressions import argument
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.CONSTANT_OUTPUT,),
    title="Make every feature a token, not all of them one",
    safe=False,
    keeps_value=False,
    rank=2,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`Reshape((1, n))` becomes `Reshape((n, 1))`, and `expand_dims(x, 1)` becomes `expand_dims(x, -1)`."""
    call = tree.find(finding.location, cst.Call, lambda one: names(tree).called(one) in _CALLS)
    called = names(tree).called(call)
    if call is None:
        return None
    if called == _RESHAPE:
        shape = argument(call, 0, "target_shape")
        return _swapped(tree, shape) if isinstance(shape, cst.Tuple | cst.List) else None
    axis = argument(call, 1, "axis")
    return tree.change({axis: tree.expression("-1")}) if axis is not None and tree.code(axis) == "1" else None


_RESHAPE = "keras.layers.Reshape"
_CALLS = frozenset({_RESHAPE, "tf.expand_dims", "keras.ops.expand_dims", "keras.backend.expand_dims"})


def _swapped(tree: Tree, shape: cst.Tuple | cst.List) -> cst.Module | None:
    """The module with the two lengths of a shape that begins with 1 exchanged."""
    if len(shape.elements) != 2 or tree.code(shape.elements[0].value) != "1":
        return None
    one, many = (element.value for element in shape.elements)
    return tree.change({one: many, many: one})
