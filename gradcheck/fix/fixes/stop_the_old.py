"""Stop the old one of two values that a difference or a quotient compares: it is what it was."""

from __future__ import annotations

import re

import libcst as cst

from gradcheck.fix.cst.expressions import fitting
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.CONSTANT_OUTPUT,),
    title="Stop the gradient of the old value",
    safe=False,
    rank=7,
)
_OLD = re.compile(r"(?:^|_)(?:old|prev|previous|behaviou?r)(?:_|$)")


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`new - old_log_prob` becomes `new - tf.stop_gradient(old_log_prob)`."""
    both = tree.find(finding.location, cst.BinaryOperation, lambda one: isinstance(one.operator, _COMPARES))
    stop = names(tree).spell("tf.stop_gradient") or names(tree).spell("keras.ops.stop_gradient")
    if both is None or stop is None:
        return None
    old = [side for side in (both.left, both.right) if isinstance(side, cst.Name) and _OLD.search(side.value)]
    return tree.change({old[0]: fitting(tree, old[0], f"{stop}({old[0].value})")}) if len(old) == 1 else None


_COMPARES = cst.Subtract | cst.Divide
