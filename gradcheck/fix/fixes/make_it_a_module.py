"""Make a `tf.Module` of the plain class whose objects a `tf.Module` keeps: then it lists their variables."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.classes import method_around, methods, with_base
from gradcheck.fix.cst.layers import is_module
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.reading import dotted
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.UNTRACKED,),
    title="Make a `tf.Module` of the class",
    safe=False,
)
_TAKEN = frozenset(
    {
        "name",
        "name_scope",
        "variables",
        "trainable_variables",
        "non_trainable_variables",
        "submodules",
        "with_name_scope",
    }
)
"""Names that a `tf.Module` keeps for itself."""


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """The class that is called at the finding, or around it, gets the base `tf.Module`."""
    call = tree.find(finding.location, cst.Call)
    keeper = method_around(tree, call) if call else None
    base = names(tree).spell("tf.Module")
    if call is None or keeper is None or base is None or not is_module(tree, keeper.owner):
        return None
    made = next((own for one in (call, *tree.above(call)) if (own := _called(tree, one)) is not None), None)
    if made is None or made.bases or made.keywords or _own_names(tree, made) & _TAKEN:
        return None
    return with_base(tree, made.name.value, base)


def _called(tree: Tree, node: cst.CSTNode) -> cst.ClassDef | None:
    """The one class of this text that a call makes an object of."""
    name = dotted(node.func) if isinstance(node, cst.Call) else ""
    found = [one for one in tree.every(cst.ClassDef) if one.name.value == name]
    return found[0] if len(found) == 1 else None


def _own_names(tree: Tree, owner: cst.ClassDef) -> set[str]:
    """The methods, the fields and the attributes of a class."""
    fields = {dotted(one.target) for one in tree.every(cst.AnnAssign, owner)}
    targets = [one.target for one in tree.every(cst.AssignTarget, owner)]
    stored = {one.attr.value for one in targets if isinstance(one, cst.Attribute)}
    return {*methods(owner), *fields, *stored, *map(dotted, targets)}
