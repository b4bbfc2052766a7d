"""Leave out the argument that keeps a new weight from training."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.calls import keyword, without
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.FROZEN,),
    title="Create the weight as one that trains",
    safe=False,
    keeps_value=True,
    rank=5,
)
_MAKERS = frozenset({"add_weight", "Variable"})


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`self.add_weight(..., trainable=False)` loses the flag."""
    call = tree.find(finding.location, cst.Call, _creates_it_off)
    off = keyword(call, "trainable") if call is not None else None
    return tree.change({call: without(call, off)}) if call is not None and off is not None else None


def _creates_it_off(call: cst.Call) -> bool:
    name = call.func.attr if isinstance(call.func, cst.Attribute) else call.func
    flag = keyword(call, "trainable")
    off = flag is not None and isinstance(flag.value, cst.Name) and flag.value.value == "False"
    return off and isinstance(name, cst.Name) and name.value in _MAKERS
