"""Draw with TensorFlow where NumPy draws around a tensor: `mean + scale * tf.random.normal(...)`."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.fix.fixes import stay_in_tensorflow
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.NUMPY,),
    title="Draw with TensorFlow, so that the gradient passes to the mean and the scale",
    safe=False,
    keeps_value=False,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`np.random.normal(mean, scale)` is drawn by TensorFlow; NumPy's other functions go with it."""
    if not any(names(tree).called(call) == "np.random.normal" for call in tree.every(cst.Call)):
        return None
    return stay_in_tensorflow.fix(tree, finding, draws=True)
