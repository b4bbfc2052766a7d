"""Give each of two models the place that has its name."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from gradcheck.fix.cst.classes import methods
from gradcheck.fix.cst.reading import dotted
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.ROLES_SWAPPED,),
    title="Give each model the place that has its name",
    safe=False,
    keeps_value=False,
)
_Placed = tuple[str, cst.Name]
"""A place by its name, and the name of what is put there."""


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`self.a = b`, `self.b = a` and `Pair(a=b, b=a)` become what the names say."""
    node = tree.find(finding.location, cst.Name)
    above = tree.parent(node) if node else None
    if node is None or above is None:
        return None
    placed = [*(_kept(tree, above) if isinstance(above, cst.Assign) else _given(tree, above))]
    here = next((place for place, value in placed if value is node), None)
    others = [value for place, value in placed if place == node.value and value.value == here]
    if len(others) != 1:
        return None
    return tree.change({node: others[0], others[0]: node})


def _kept(tree: Tree, assign: cst.CSTNode) -> Iterator[_Placed]:
    """What the constructor around an assignment puts into the attributes of its object."""
    function = tree.enclosing(assign, cst.FunctionDef)
    for one in tree.every(cst.Assign, function) if function else ():
        owner, _, attribute = dotted(one.targets[0].target).partition(".")
        if len(one.targets) == 1 and owner == "self" and isinstance(one.value, cst.Name):
            yield attribute, one.value


def _given(tree: Tree, argument: cst.CSTNode) -> Iterator[_Placed]:
    """What a call hands to a class of this file, by the names of its constructor's parameters."""
    call = tree.parent(argument)
    if not isinstance(call, cst.Call) or any(one.star for one in call.args):
        return
    names = [*_parameters(tree, dotted(call.func))]
    for n, one in enumerate(call.args):
        place = one.keyword.value if one.keyword else names[n] if n < len(names) else ""
        if isinstance(one.value, cst.Name):
            yield place, one.value


def _parameters(tree: Tree, name: str) -> Iterator[str]:
    owners = [one for one in tree.every(cst.ClassDef) if one.name.value == name]
    made = methods(owners[0]).get("__init__") if len(owners) == 1 else None
    yield from (one.name.value for one in made.params.params[1:]) if made else ()
