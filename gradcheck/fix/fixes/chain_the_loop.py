"""Hand each layer of a loop what the one before it gave: `y = layer(y)` for `y = layer(x)`."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.overwritten import overwritten, unchanged
from gradcheck.fix.cst.reading import dotted
from gradcheck.fix.cst.tree import Change, Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.DEAD_VALUE,),
    title="Hand each layer of the loop what the one before gave",
    safe=False,
    keeps_value=False,
    rank=6,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """Before a loop over layers in a row, the result starts as what each of them was called on."""
    found = overwritten(tree, finding)
    first = found.call.args[0].value if found and found.call.args else None
    if found is None or first is None or not found.in_a_row or not isinstance(first, cst.Name):
        return None
    if not unchanged(tree, found.loop, dotted(first)):
        return None
    start = tree.statements(f"{found.name.value} = {first.value}")[0]

    def started(node: cst.CSTNode) -> Change:
        loop = cst.ensure_type(node, cst.For)
        line = start.with_changes(leading_lines=loop.leading_lines)
        return cst.FlattenSentinel([line, loop.with_changes(leading_lines=[])])

    return tree.change({first: cst.Name(found.name.value), found.loop: started})
