"""Give a loss its two parameters in the order in which Keras hands them over."""

from __future__ import annotations

import libcst as cst

from gradcheck.base.loss_parameters import are_exchanged
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.NOT_IN_LOSS,),
    title="Exchange the two parameters",
    safe=False,
    keeps_value=False,
    rank=4,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`def loss(y_pred, y_true):` becomes `def loss(y_true, y_pred):`."""
    name = tree.find(finding.location, cst.Name)
    function = tree.enclosing(name, cst.FunctionDef) if name else None
    if name is None or function is None:
        return None
    given = [one for one in function.params.params if one.name.value != "self"]
    if len(given) < 2 or given[0].name is not name or not are_exchanged([one.name.value for one in given]):
        return None
    if any(one.annotation or one.default for one in given[:2]):
        return None
    return tree.change({given[0].name: given[1].name, given[1].name: given[0].name})
