"""Train a distribution on the negative logarithm of its density, where a loss takes it for its mean alone."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.expressions import argument
from gradcheck.fix.cst.models import compiles
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.accounts import STATISTIC
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.CONSTANT_OUTPUT,),
    title="Train on the negative log likelihood",
    safe=False,
    keeps_value=False,
    rank=8,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """The loss of the one `compile` becomes `lambda y, dist: -dist.log_prob(y)`."""
    layer = tree.find(finding.location, cst.Call, lambda one: _converts(tree, one))
    compiled = [*compiles(tree)]
    loss = argument(compiled[0], 1, "loss") if len(compiled) == 1 else None
    if loss is None or layer is None or finding.detail != STATISTIC:
        return None
    return tree.change({loss: tree.expression("lambda y, dist: -dist.log_prob(y)")})


def _converts(tree: Tree, call: cst.Call) -> bool:
    """Whether a call makes the layer that says what its distribution is as a tensor."""
    return names(tree).called(call) == "tfp.layers.DistributionLambda"
