"""Compute the logarithm of `1 - tanh(u) ** 2` of `u` itself, which is exact where the tanh is 1."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.expressions import atom, fitting
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.risks import squared_tanh
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.INFINITE_SLOPE, Kind.NAN_BEHIND_MASK),
    title="Compute the logarithm without the tanh, which is exact also where it saturates",
    safe=False,
    keeps_value=False,
    rank=1,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`log(1 - tanh(u) ** 2)` becomes `2 * (log(2) - u - softplus(-2 * u))`."""
    log = tree.find(finding.location, cst.Call, lambda call: squared_tanh(tree, call) is not None)
    before = squared_tanh(tree, log) if log else None
    softplus = names(tree).spell("tf.nn.softplus")
    if log is None or before is None or softplus is None:
        return None
    u = atom(tree, before)
    code = f"2.0 * ({tree.code(log.func)}(2.0) - {u} - {softplus}(-2.0 * {u}))"
    return tree.change({log: fitting(tree, log, code)})
