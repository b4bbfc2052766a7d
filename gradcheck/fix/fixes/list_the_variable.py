"""Ask for a variable that an object keeps which is no layer: a loss, a regularizer, a schedule."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from gradcheck.fix.cst.added_weights import is_variable, variables
from gradcheck.fix.cst.classes import Method, method_around
from gradcheck.fix.cst.expressions import argument
from gradcheck.fix.cst.layers import is_layer
from gradcheck.fix.cst.lines import function_of
from gradcheck.fix.cst.makings import makings
from gradcheck.fix.cst.models import lists_in
from gradcheck.fix.cst.reading import dotted
from gradcheck.fix.cst.relist import asked, longer
from gradcheck.fix.cst.setup_lines import line_of
from gradcheck.fix.cst.tapes import questions, tapes
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.UNTRACKED,),
    title="Ask for the variable besides the model's",
    safe=False,
    rank=6,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`model.trainable_variables` becomes `model.trainable_variables + [loss.log_scale]`."""
    made = tree.find(finding.weights[0].birth, cst.Call, lambda one: is_variable(tree, one))
    method = method_around(tree, made) if made else None
    if method is None or is_layer(tree, method.owner):
        return None
    kept = [*_kept(tree, method)]
    objects = [name for name, call in makings(tree) if dotted(call.func) == method.owner.name.value]
    lists = [*_lists(tree, objects[0])] if len(objects) == 1 else []
    if not kept or len(lists) != 1:
        return None
    question = asked(tree, lists[0])
    if question is None:
        return None
    missing = ", ".join(f"{objects[0]}.{attribute}" for attribute in kept)
    new = f"{tree.code(lists[0])} + [{missing}]"
    return tree.change(longer(tree, question[0], lists[0], new))


def _kept(tree: Tree, method: Method) -> Iterator[str]:
    """The attributes in which the constructor keeps variables that train."""
    for call in variables(tree, method.owner):
        line = line_of(tree.statement(call), method.this)
        frozen = any(one.keyword and one.keyword.value == "trainable" for one in call.args)
        trains = not frozen or dotted(argument(call, 1, "trainable") or call) == "True"
        if line and line.value is call and len(line.attributes) == 1 and trains:
            yield line.attributes[0]


def _lists(tree: Tree, name: str) -> Iterator[cst.BaseExpression]:
    """The lists of a model's variables whose gradient is asked for where the object is used in the tape."""
    for tape in tapes(tree):
        used = any(tree.code(call.func).startswith(name) for call in tree.every(cst.Call, tape.block))
        for call in questions(tree, tape) if used else ():
            sources = argument(call, 1, "sources")
            listed = _bound(tree, sources) if isinstance(sources, cst.Name) else sources
            if listed is not None and any(lists_in(tree, listed)):
                yield listed


def _bound(tree: Tree, name: cst.Name) -> cst.BaseExpression | None:
    """What the one line of the function that binds a name gives it."""
    lines = [
        one.value
        for one in tree.every(cst.Assign, function_of(tree, name))
        if len(one.targets) == 1 and dotted(one.targets[0].target) == name.value
    ]
    return lines[0] if len(lines) == 1 else None
