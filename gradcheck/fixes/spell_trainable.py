"""Write `trainable` as it is spelt."""

from __future__ import annotations

import libcst as cst

from gradcheck.finding import Finding
from gradcheck.kinds import Kind
from gradcheck.rewrite.flow import single
from gradcheck.rewrite.repair import Repair
from gradcheck.rewrite.tree import Tree

REPAIR = Repair(__name__, kinds=(Kind.FROZEN,), title="Spell the flag `trainable`", safe=True)


def mend(tree: Tree, finding: Finding) -> cst.Module | None:
    """The flag that was set under another name is set under its own."""
    flag = tree.find(finding.location, cst.Attribute)
    line = single(tree.statement(flag)) if flag else None
    if not isinstance(line, cst.Assign) or len(line.targets) != 1:
        return None
    target = line.targets[0].target
    if not isinstance(target, cst.Attribute) or target.attr.value == "trainable":
        return None
    return tree.change({target.attr: cst.Name("trainable")})
