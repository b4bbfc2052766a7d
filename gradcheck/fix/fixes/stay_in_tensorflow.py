"""Compute with TensorFlow's functions where a value goes through NumPy's: `tf.exp(w)`, not `np.exp(w)`."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.arrays import NoCounterpartError, Translation
from gradcheck.fix.cst.calls import is_method
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.NUMPY,),
    title="Use TensorFlow's functions in place of NumPy's",
    safe=True,
)


def fix(tree: Tree, finding: Finding, *, draws: bool = False) -> cst.Module | None:
    """Everything between where the value leaves TensorFlow and where it comes back is translated."""
    call = tree.find(finding.location, cst.Call, lambda one: _leaves(tree, one))
    if call is None:
        return None
    translation = Translation(tree, draws)
    try:
        translation.follow(call)
    except NoCounterpartError:
        return None
    return tree.change(translation.changes)


def _leaves(tree: Tree, call: cst.Call) -> bool:
    return is_method(call, "numpy") or names(tree).called(call).startswith("np.")
