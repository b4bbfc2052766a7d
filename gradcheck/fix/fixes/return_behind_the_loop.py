"""Return behind a loop, not in its first round."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.bodies import block_of, indented, later, statements_of
from gradcheck.fix.cst.flow import reads, single
from gradcheck.fix.cst.reading import bound
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.UNCALLED_LAYER,),
    title="Move the return behind the loop",
    safe=False,
    keeps_value=False,
    rank=3,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """A `return` at the end of a loop's body goes behind the loop, where nothing else follows it."""
    found = tree.find(finding.location, cst.Return)
    line = tree.statement(found) if found is not None else None
    loop = tree.enclosing(line, cst.For) if line is not None else None
    body = indented(loop) if loop is not None else None
    if found is None or line is None or loop is None or body is None or single(line) is not found:
        return None
    own = statements_of(body)
    around = block_of(tree, loop)
    if own[-1] is not line or len(own) < 2 or loop.orelse or later(tree, loop) or around is None:
        return None
    if not isinstance(tree.parent(around), cst.FunctionDef) or reads(found) & bound(loop.target):
        return None
    shorter = loop.with_changes(body=body.with_changes(body=body.body[:-1]))
    return tree.change({loop: cst.FlattenSentinel([shorter, line])})
