"""Go on with what a call returns that stands by itself on a line: `x = self.norm(x)`."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.expressions import uses
from gradcheck.fix.cst.flow import single
from gradcheck.fix.cst.lines import function_of
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.DEAD_VALUE,),
    title="Go on with what the call returns",
    safe=False,
    keeps_value=False,
    rank=2,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """The line binds its result to the name that the call is given first, if that is read below."""
    node = tree.find(finding.location, cst.Call)
    line = tree.statement(node) if node else None
    alone = single(line)
    if line is None or not isinstance(alone, cst.Expr) or not isinstance(alone.value, cst.Call):
        return None
    given = alone.value.args[0] if alone.value.args else None
    if given is None or given.star or given.keyword or not isinstance(given.value, cst.Name):
        return None
    name = given.value.value
    if not any(tree.line(one) > tree.line(line) for one in uses(tree, name, function_of(tree, line))):
        return None
    return tree.change({alone: cst.Assign([cst.AssignTarget(cst.Name(name))], alone.value)})
