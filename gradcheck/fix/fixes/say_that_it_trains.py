"""Say to a model that it trains, where a step of one's own calls it."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.calls import keyword, named_argument, with_argument
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FLAG = "training"

FIXER = Fixer(
    __name__,
    kinds=(Kind.REACHES_NOTHING,),
    title="Say `training=True` where the step calls the model",
    safe=False,
    keeps_value=False,
    rank=2,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """The call is told what a test inside of it asks about."""
    call = tree.find(finding.location, cst.Call)
    if call is None or FLAG not in finding.detail or any(one.star for one in call.args):
        return None
    said = keyword(call, FLAG)
    if said is not None:
        return tree.change({said.value: cst.Name("True")})
    return tree.change({call: with_argument(call, named_argument(FLAG, cst.Name("True")))})
