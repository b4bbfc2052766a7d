"""Add up what a loop over parallel layers computes, of which only the last result is kept."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.overwritten import overwritten
from gradcheck.fix.cst.tree import Change, Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.DEAD_VALUE,),
    title="Add up what the loop's layers give, of which only the last is kept",
    safe=False,
    keeps_value=False,
    rank=7,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`y = branch(x)` becomes `y += branch(x)`, and `y` starts at zero before the loop."""
    found = overwritten(tree, finding)
    if found is None or found.in_a_row:
        return None
    start = tree.statements(f"{found.name.value} = 0.0")[0]
    added = cst.AugAssign(cst.Name(found.name.value), cst.AddAssign(), found.value)

    def started(node: cst.CSTNode) -> Change:
        loop = cst.ensure_type(node, cst.For)
        line = start.with_changes(leading_lines=loop.leading_lines)
        return cst.FlattenSentinel([line, loop.with_changes(leading_lines=[])])

    return tree.change({found.line.body[0]: added, found.loop: started})
