"""Take the gradients of two lists where those of one are applied to both."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.bindings import bound_to
from gradcheck.fix.cst.expressions import argument, fresh
from gradcheck.fix.cst.lines import assigned, function_of, line_of
from gradcheck.fix.cst.tapes import QUESTIONS, last_name, zipped, zips_at
from gradcheck.fix.cst.tree import Replacement, Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.WRONG_VARIABLES,),
    title="Take the gradients of both lists",
    safe=False,
    rank=2,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`g = tape.gradient(loss, a)` becomes `g, others = tape.gradient(loss, [a, b])`, where `g` is zipped
    with `a` and, at the finding, with `b`."""
    wrong = next(zips_at(tree, finding.location), None)
    asked = bound_to(tree, wrong.args[0].value) if wrong is not None else None
    if wrong is None or not isinstance(asked, cst.Call) or last_name(asked.func) not in QUESTIONS:
        return None
    own, given, other = argument(asked, 1, "sources"), wrong.args[0].value, wrong.args[1].value
    bound = _bound(tree, asked)
    inside = function_of(tree, asked)
    if own is None or bound is None or own.deep_equals(other) or not zipped(tree, inside, given, own):
        return None
    name = fresh(tree, inside, "others", "other_gradients")
    if name is None:
        return None
    both = f"[{tree.code(own)}, {tree.code(other)}]"
    changes: dict[cst.CSTNode, Replacement] = {
        bound: tree.expression(f"{tree.code(bound)}, {name}"),
        own: tree.expression(both),
        given: cst.Name(name),
    }
    return tree.change(changes)


def _bound(tree: Tree, asked: cst.Call) -> cst.Name | None:
    """The name that a line binds to all that a gradient call returns."""
    line = line_of(tree, asked)
    pair = assigned(line) if line is not None else None
    return pair[0] if pair is not None and pair[1] is asked else None
