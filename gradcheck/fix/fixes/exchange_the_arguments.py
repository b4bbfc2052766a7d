"""Hand a function two values in the order of its parameters."""

from __future__ import annotations

import ast

import libcst as cst

from gradcheck.base.exchanged_arguments import are_exchanged
from gradcheck.base.syntax import syntax_of
from gradcheck.fix.cst.tree import Replacement, Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.STOPPED,),
    title="Exchange the two arguments",
    safe=False,
    keeps_value=False,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`distance(z, p)` becomes `distance(p, z)`, with the other calls of the same function beside it."""
    call = tree.find(finding.location, cst.Call, lambda one: _exchanges(tree, one))
    statement = tree.statement(call) if call is not None else None
    if call is None or statement is None:
        return None
    changes: dict[cst.CSTNode, Replacement] = {}
    for one in tree.every(cst.Call, statement):
        if one.func.deep_equals(call.func) and _exchanges(tree, one):
            first, second = (argument.value for argument in one.args[:2])
            changes |= {first: second, second: first}
    return tree.change(changes)


def _exchanges(tree: Tree, call: cst.Call) -> bool:
    """Whether a call hands a function of this file two values in each other's place."""
    if any(one.keyword or one.star for one in call.args[:2]):
        return False
    name = tree.code(call.func).rpartition(".")[2]
    made = [one for one in tree.every(cst.FunctionDef) if one.name.value == name]
    names = [one.name.value for one in made[0].params.params] if len(made) == 1 else []
    written = syntax_of(f"({tree.code(call)})").body[0]  # it may go on over lines, as in brackets it stood in
    own = [one for one in names if one != "self"]
    asked = written.value if isinstance(written, ast.Expr) else None
    return isinstance(asked, ast.Call) and are_exchanged(asked, own)
