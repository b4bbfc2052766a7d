"""Make a tensor of the NumPy value on a weight's left: then TensorFlow computes the result."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.expressions import atom, bare, fitting, plain
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.NUMPY_LEFT,),
    title="Make a tensor of the NumPy value",
    safe=True,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`array * weight` becomes `tf.cast(array, weight.dtype) * weight`."""
    found = tree.find(finding.location, cst.BinaryOperation)
    cast = names(tree).spell("tf.cast") or names(tree).spell("keras.ops.cast")
    weight = isinstance(found.right, cst.Name | cst.Attribute | cst.Subscript) if found else False
    if found is None or cast is None or not weight or not plain(found.right):
        return None
    if isinstance(found.left, cst.Tuple | cst.List | cst.BaseString):
        return None
    code = f"{cast}({bare(tree, found.left)}, {atom(tree, found.right)}.dtype)"
    return tree.change({found.left: fitting(tree, found.left, code)})
