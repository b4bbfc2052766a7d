"""Write `trainable` as it is spelt."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.FROZEN,),
    title="Spell the flag `trainable`",
    safe=True,
    rank=2,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """The flag that was set under another name is set under its own."""
    flag = tree.find(
        finding.location, cst.Attribute, lambda one: isinstance(tree.parent(one), cst.AssignTarget)
    )
    if flag is None or flag.attr.value == "trainable" or not _switched_on(tree, flag):
        return None
    return tree.change({flag.attr: cst.Name("trainable")})


def _switched_on(tree: Tree, flag: cst.Attribute) -> bool:
    target = tree.parent(flag)
    assignment = tree.parent(target) if target is not None else None
    value = assignment.value if isinstance(assignment, cst.Assign) else None
    return isinstance(value, cst.Name) and value.value == "True"
