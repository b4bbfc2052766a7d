"""Name the model that was left out in the list of models whose variables a loop reads."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.lines import function_of
from gradcheck.fix.cst.models import assignments, given_to, owner_of
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.WRONG_VARIABLES,),
    title="Name the model in the list that the loop goes through",
    safe=False,
    rank=8,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`for model in [encoder]:` becomes `for model in [encoder, decoder]:`."""
    listed = tree.find(finding.location, cst.List) or tree.find(finding.location, cst.Tuple)
    if listed is None or not all(isinstance(one.value, cst.Name | cst.Attribute) for one in listed.elements):
        return None
    known = [tree.code(one.value) for one in listed.elements]
    called = dict.fromkeys(tree.code(call.func) for call in tree.every(cst.Call))
    owner = owner_of(tree, finding, called, known)
    if owner is None or owner in known or not _is_seen(tree, owner, listed) or _is_plain(tree, owner):
        return None
    longer = listed.with_changes(elements=[*listed.elements, cst.Element(tree.expression(owner))])
    return tree.change({listed: longer})


def _is_seen(tree: Tree, owner: str, place: cst.CSTNode) -> bool:
    """Whether a name stands for the model where the list is written: at the top, or in the same function."""
    inside = (tree.module, function_of(tree, place))
    bound = [target for target, _ in assignments(tree) if tree.code(target) == owner]
    seen = [one for one in bound if function_of(tree, one) in inside and tree.line(one) < tree.line(place)]
    return bool(bound) and seen == bound


def _is_plain(tree: Tree, owner: str) -> bool:
    """Whether a model is of a class without a base, which lists no variables."""
    called = {tree.code(one.func) for one in given_to(tree, owner) if isinstance(one, cst.Call)}
    return any(one.name.value in called and not one.bases for one in tree.every(cst.ClassDef))
