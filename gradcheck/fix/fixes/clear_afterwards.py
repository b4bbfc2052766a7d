"""Set the sum of gradients to zero after it is applied, not before."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.bodies import block_of, statements_of
from gradcheck.fix.cst.flow import single
from gradcheck.fix.cst.tapes import last_name
from gradcheck.fix.cst.tree import Statement, Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.NOT_APPLIED,),
    title="Set the sums to zero after they are applied",
    safe=False,
    rank=4,
)
APPLIES = ("apply_gradients", "apply")


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """The line that sets the sums to zero moves behind the one that applies them."""
    call = tree.find(finding.location, cst.Call)
    line = tree.statement(call) if call else None
    block = block_of(tree, line) if line else None
    if line is None or block is None or not _is_call(line):
        return None
    siblings = [*statements_of(block)]
    after = siblings[siblings.index(line) + 1 :]
    applied = next((one for one in after if _applies(tree, one)), None)
    if applied is None or _applies(tree, line):
        return None
    moved = line.with_changes(leading_lines=[])
    return tree.change({line: cst.RemoveFromParent(), applied: cst.FlattenSentinel([applied, moved])})


def _is_call(line: Statement) -> bool:
    small = single(line)
    return isinstance(small, cst.Expr) and isinstance(small.value, cst.Call)


def _applies(tree: Tree, line: cst.CSTNode) -> bool:
    return any(last_name(call.func) in APPLIES for call in tree.every(cst.Call, line))
