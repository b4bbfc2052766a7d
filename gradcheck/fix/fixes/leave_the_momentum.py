"""Leave the momentum of a moving average to the optimizer, where it is 1."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.calls import keyword, without
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.STILL,),
    title="Leave the momentum of the average to the optimizer",
    safe=False,
    keeps_value=False,
    rank=1,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`Adam(use_ema=True, ema_momentum=1.0)` becomes `Adam(use_ema=True)`."""
    call = tree.find(finding.location, cst.Call, lambda one: keyword(one, "ema_momentum") is not None)
    given = keyword(call, "ema_momentum") if call is not None else None
    if call is None or given is None or not isinstance(given.value, cst.Float | cst.Integer):
        return None
    return tree.change({call: without(call, given)}) if float(given.value.evaluated_value) == 1.0 else None
