"""Ask for variables of a plain object, or of a module, besides those of the network."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.added_weights import is_variable
from gradcheck.fix.cst.classes import method_around
from gradcheck.fix.cst.flow import single
from gradcheck.fix.cst.models import lists_in
from gradcheck.fix.cst.relist import asked, longer
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.WRONG_VARIABLES,),
    title="Ask for the variables besides the network's",
    safe=False,
    rank=6,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`net.trainable_variables` becomes `net.trainable_variables + [self.rate]`."""
    listed = tree.find(finding.location, cst.Attribute, lambda one: one in {*lists_in(tree, one)})
    question = asked(tree, listed) if listed else None
    made = [tree.find(one.birth, cst.Call, lambda call: is_variable(tree, call)) for one in finding.weights]
    places = [_place(tree, call, listed) for call in made if call and listed]
    if listed is None or question is None or None in places or len(places) < len(finding.weights):
        return None
    new = f"{tree.code(listed)} + [{', '.join(dict.fromkeys(filter(None, places)))}]"
    return tree.change(longer(tree, question[0], listed, new))


def _place(tree: Tree, made: cst.Call, listed: cst.Attribute) -> str | None:
    """What a variable is called where the list stands: an attribute of the same object, or a name of the
    module."""
    line = tree.statement(made)
    small = single(line) if line else None
    target = small.targets[0].target if isinstance(small, cst.Assign) and small.value is made else None
    here, there = method_around(tree, made), method_around(tree, listed)
    if line is not None and isinstance(target, cst.Name) and tree.parent(line) is tree.module:
        return target.value
    if (
        here is None
        or there is None
        or here.owner is not there.owner
        or not isinstance(target, cst.Attribute)
    ):
        return None
    return tree.code(target) if tree.code(target.value) == here.this == there.this else None
