"""Hand the first result on, where the next line computes another one from the same input over it."""

from __future__ import annotations

from collections.abc import Sequence

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
    rank=4,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`y = f(x)`, `y = g(x)` becomes `y = f(x)`, `y = g(y)`, also with `y = d(y)` between them."""
    second = tree.find(finding.location, cst.SimpleStatementLine)
    block = tree.parent(second) if second else None
    if second is None or not isinstance(block, cst.IndentedBlock | cst.Module):
        return None
    lines = [*block.body]
    *before, first = lines[: lines.index(second)] or [second]
    one, other = _call(first), _call(second)
    if first is second or one is None or other is None:
        return None
    (name, _), (name_again, given_again) = one, other
    start = _started([*before, first], name)
    if name != name_again or start is None or name == given_again.value or start != given_again.value:
        return None
    return tree.change({given_again: cst.Name(name)})


def _started(lines: Sequence[cst.CSTNode], name: str) -> str | None:
    """What a chain of calls over one name, which ends with these lines, was first given."""
    for line in reversed(lines):
        link = _call(line)
        if link is None or link[0] != name:
            return None
        if link[1].value != name:
            return link[1].value
    return None


def _call(line: cst.CSTNode) -> tuple[str, cst.Name] | None:
    """The name that a line binds to a call, and what the call is given first."""
    if not isinstance(line, cst.SimpleStatementLine) or len(line.body) != 1:
        return None
    pair = assigned(line)
    if pair is None or not isinstance(pair[1], cst.Call) or not pair[1].args:
        return None
    given = pair[1].args[0]
    return (pair[0].value, given.value) if isinstance(given.value, cst.Name) and not given.star else None
