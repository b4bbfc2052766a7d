"""Write `p * log(p)` as `tf.math.xlogy(p, p)`, which is 0 with a slope where `p` is 0."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.expressions import fitting
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.risks import times_its_log
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.INFINITE_SLOPE, Kind.NAN_BEHIND_MASK),
    title="Use tf.math.xlogy, which is 0 where both factors are",
    safe=False,
    keeps_value=False,
    rank=2,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """A product of a value and its own logarithm."""
    log = tree.find(finding.location, cst.Call, lambda call: times_its_log(tree, call) is not None)
    found = times_its_log(tree, log) if log else None
    spelled = names(tree).spell("tf.math.xlogy")
    if found is None or spelled is None:
        return None
    product, value, negated = found
    code = f"{'-' if negated else ''}{spelled}({tree.code(value)}, {tree.code(value)})"
    return tree.change({product: fitting(tree, product, code)})
