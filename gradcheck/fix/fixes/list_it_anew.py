"""List a model's variables where they are used, when the model's name is bound anew behind the list."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.expressions import uses
from gradcheck.fix.cst.flow import single
from gradcheck.fix.cst.models import LISTS, given_to
from gradcheck.fix.cst.tree import Replacement, Statement, Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.WRONG_VARIABLES,),
    title="List the variables of the model that has the name when they are used",
    safe=False,
    rank=9,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`weights = model.trainable_variables` goes, and every later `weights` becomes that list."""
    listed = tree.find(finding.location, cst.Attribute, lambda node: node.attr.value in LISTS)
    line = tree.statement(listed) if listed else None
    small = single(line)
    if line is None or listed is None or not isinstance(small, cst.Assign) or small.value is not listed:
        return None
    target, model = small.targets[0].target, listed.value
    if not (isinstance(target, cst.Name) and isinstance(model, cst.Name)):
        return None
    if not _at_top(tree, line) or len(given_to(tree, target.value)) != 1 or not _anew(tree, line, model):
        return None
    used = [one for one in uses(tree, target.value, tree.module) if one is not target]
    if not used or any(_is_hidden(tree, one, model.value) for one in used):
        return None
    changes: dict[cst.CSTNode, Replacement] = {one: listed.deep_clone() for one in used}
    return tree.change({**changes, line: cst.RemoveFromParent()})


def _at_top(tree: Tree, line: Statement) -> bool:
    return isinstance(tree.parent(line), cst.Module)


def _anew(tree: Tree, line: Statement, model: cst.Name) -> bool:
    """Whether the module gives the model's name another one, further down."""
    given = given_to(tree, model.value)
    top = [one for one in given if tree.enclosing(one, cst.FunctionDef) is None]
    return top == given and any(tree.line(one) > tree.line(line) for one in given)


def _is_hidden(tree: Tree, used: cst.Name, model: str) -> bool:
    """Whether the model's name means something else where the list is used."""
    function = tree.enclosing(used, cst.FunctionDef)
    params = function.params if function is not None else None
    return params is not None and model in {one.name.value for one in (*params.params, *params.kwonly_params)}
