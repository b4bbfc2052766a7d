"""Hand on a copy of a sample, so that its distribution computes the inverse and looks nothing up."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.calls import is_method
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.origins import origin
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.OUTSIDE_TAPE,),
    title="Hand on a copy of the sample",
    safe=True,
    rank=0,
)
_TRANSFORMED = "tfp.distributions.MultivariateNormal"


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`normal.sample(8)` becomes `tf.identity(normal.sample(8))`."""
    call = tree.find(finding.location, cst.Call, lambda one: is_method(one, "sample"))
    owner = call.func.value if call and isinstance(call.func, cst.Attribute) else None
    identity = names(tree).spell("tf.identity")
    if call is None or owner is None or identity is None:
        return None
    if not names(tree).called(origin(tree, owner)).startswith(_TRANSFORMED):
        return None
    return tree.change({call: cst.Call(tree.expression(identity), [cst.Arg(call)])})
