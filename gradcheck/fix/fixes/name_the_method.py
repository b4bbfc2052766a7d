"""Give a method the name of the one that it should replace."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.UNUSED_WEIGHT,),
    title="Give the method the name that the class above calls",
    safe=False,
    keeps_value=False,
    rank=5,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`def messages(...)`, which nobody calls, becomes `def message(...)`."""
    line, meant = finding.location.line, finding.detail
    methods = [one for one in tree.every(cst.FunctionDef) if tree.line(one) == line]
    if len(methods) != 1 or not meant.isidentifier() or tree.enclosing(methods[0], cst.ClassDef) is None:
        return None
    return tree.change({methods[0].name: cst.Name(meant)})
