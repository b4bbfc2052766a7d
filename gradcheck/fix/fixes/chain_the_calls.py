"""Hand the first result on, where the next line computes another one from the same input over it."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.lines import assigned
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.DEAD_VALUE,),
    title="Hand the first result to the call that overwrites it",
    safe=False,
    keeps_value=False,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`y = f(x)`, `y = g(x)` becomes `y = f(x)`, `y = g(y)`."""
    first = tree.find(finding.location, cst.SimpleStatementLine)
    block = tree.parent(first) if first else None
    if first is None or not isinstance(block, cst.IndentedBlock | cst.Module):
        return None
    after = [*block.body][[*block.body].index(first) + 1 :]
    one = _call(tree, first)
    other = _call(tree, after[0]) if after else None
    if one is None or other is None:
        return None
    (name, given), (name_again, given_again) = one, other
    if name != name_again or name == given.value or given.value != given_again.value:
        return None
    return tree.change({given_again: cst.Name(name)})


def _call(tree: Tree, line: cst.CSTNode) -> tuple[str, cst.Name] | None:
    """The name that a line binds to a call, and what the call is given first."""
    if not isinstance(line, cst.SimpleStatementLine) or len(line.body) != 1:
        return None
    pair = assigned(tree, line)
    if pair is None or not isinstance(pair[1], cst.Call) or not pair[1].args:
        return None
    given = pair[1].args[0]
    return (pair[0].value, given.value) if isinstance(given.value, cst.Name) and not given.star else None
