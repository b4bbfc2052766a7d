"""Read a result that is computed and forgotten, where what it was computed from is read once more."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.expressions import argument, uses
from gradcheck.fix.cst.lines import assigned, function_of
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.cst.unread import unread
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.DEAD_VALUE,),
    title="Read the result instead of what it was computed from",
    safe=False,
    keeps_value=False,
    rank=3,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`g = f(x)` and then `h * x` becomes `h * g`, where `g` is read nowhere and `x` once more."""
    node = tree.find(finding.location, cst.Call)
    line = tree.statement(node) if node else None
    pair = assigned(line) if isinstance(line, cst.SimpleStatementLine) else None
    if line is None or pair is None or not isinstance(pair[1], cst.Call) or not pair[1].args:
        return None
    name, given = pair[0], pair[1].args[0]
    inside = function_of(tree, line)
    if given.star or not isinstance(given.value, cst.Name) or name not in {*unread(tree, inside)}:
        return None
    below = [one for one in uses(tree, given.value.value, inside) if tree.line(one) > tree.line(line)]
    if len(below) != 1 or isinstance(tree.parent(below[0]), cst.AssignTarget) or _feeds(tree, below[0]):
        return None
    return tree.change({below[0]: cst.Name(name.value)})


def _feeds(tree: Tree, node: cst.Name) -> bool:
    """Whether a name stands among the inputs of a functional model, which take placeholders alone."""
    calls = [one for one in tree.above(node) if isinstance(one, cst.Call)]
    inputs = [argument(one, 0, "inputs") for one in calls if tree.code(one.func).endswith("Model")]
    return any(one is node or one in tree.above(node) for one in inputs if one is not None)
