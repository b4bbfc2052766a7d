"""Freeze the layers of a model one by one, so that one of them can be unfrozen again."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.flags import flag_of, sets_flag
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.FROZEN,),
    title="Freeze the other layers, not the model around them",
    safe=True,
    rank=1,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`model.trainable = False` above the line that unfreezes a part becomes a loop over `model.layers`."""
    flag = flag_of(tree, finding.location)
    owner = _outer(tree, flag.value) if flag else None
    line = tree.statement(flag) if flag else None
    if owner is None or line is None:
        return None
    freezes = [one for one in tree.every(cst.SimpleStatementLine) if sets_flag(one, owner, "False")]
    before = [one for one in freezes if tree.line(one) < tree.line(line)]
    if len(before) != 1:
        return None
    loop = tree.statements(
        f"for layer in {tree.code(owner)}.layers:\n{tree.module.default_indent}layer.trainable = False"
    )[0]
    return tree.change({before[0]: loop.with_changes(leading_lines=before[0].leading_lines)})


def _outer(tree: Tree, inner: cst.BaseExpression) -> cst.BaseExpression | None:
    """The model that `model.get_layer("x")`, `model.layers[-1]` or a loop over `model.layers` is part of."""
    if isinstance(inner, cst.Call) and isinstance(inner.func, cst.Attribute):
        return inner.func.value if inner.func.attr.value == "get_layer" else None
    if isinstance(inner, cst.Subscript):
        return _layers_of(inner.value)
    loop = tree.enclosing(inner, cst.For)
    if isinstance(inner, cst.Name) and loop is not None and loop.target.deep_equals(inner):
        parts = loop.iter.value if isinstance(loop.iter, cst.Subscript) else loop.iter
        return _layers_of(parts)
    return None


def _layers_of(node: cst.BaseExpression) -> cst.BaseExpression | None:
    return node.value if isinstance(node, cst.Attribute) and node.attr.value == "layers" else None
