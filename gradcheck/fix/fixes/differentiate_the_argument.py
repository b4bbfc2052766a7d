"""Have a tape compute the gradient that a hand-written one leaves out."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.bindings import bound_to
from gradcheck.fix.cst.expressions import fresh, uses
from gradcheck.fix.cst.lines import beside
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.CUSTOM_GRADIENT,),
    title="Differentiate for the argument that was left out",
    safe=False,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """Each None that the inner function returns becomes the function's own derivative for that argument."""
    back = tree.find(finding.location, cst.Return) or _return_around(tree, finding)
    inner = tree.enclosing(back, cst.FunctionDef) if back else None
    outer = tree.enclosing(inner, cst.FunctionDef) if inner else None
    if back is None or inner is None or outer is None or not isinstance(back.value, cst.Tuple):
        return None
    value = _forward(tree, outer, inner)
    upstream = inner.params.params[0].name.value if len(inner.params.params) == 1 else None
    given = [one.name.value for one in outer.params.params]
    if value is None or upstream is None or len(given) != len(back.value.elements):
        return None
    lost = [name for name, one in zip(given, back.value.elements, strict=True) if _is_none(one.value)]
    return _differentiated(tree, back, value, upstream, lost) if lost else None


def _return_around(tree: Tree, finding: Finding) -> cst.Return | None:
    node = tree.find(finding.location, cst.BaseExpression)
    return tree.enclosing(node, cst.Return) if node else None


def _differentiated(
    tree: Tree, back: cst.Return, value: cst.BaseExpression, upstream: str, lost: list[str]
) -> cst.Module | None:
    line = tree.statement(back)
    tape = names(tree).spell("tf.GradientTape")
    lost = [name for name in lost if any(uses(tree, name, value))]
    outer = tree.enclosing(tree.enclosing(back, cst.FunctionDef) or back, cst.FunctionDef)
    recorder, output = (
        fresh(tree, outer or back, *wishes) for wishes in (("tape", "inner_tape"), ("value", "output"))
    )
    if len(lost) != 1 or tape is None or line is None or recorder is None or output is None:
        return None
    inside = tree.module.default_indent
    lines = (
        f"with {tape}() as {recorder}:\n"
        f"{inside}{recorder}.watch({lost[0]})\n"
        f"{inside}{output} = {tree.code(value)}"
    )
    new = tree.expression(f"{recorder}.gradient({output}, {lost[0]}, output_gradients={upstream})")
    empty = [one.value for one in cst.ensure_type(back.value, cst.Tuple).elements if _is_none(one.value)]
    at = empty[0] if len(empty) == 1 else None
    return tree.change({at: new, line: beside(tree, [lines])}) if at else None


def _forward(tree: Tree, outer: cst.FunctionDef, inner: cst.FunctionDef) -> cst.BaseExpression | None:
    """What the outer function returns beside the inner one."""
    returns = [one for one in tree.every(cst.Return, outer) if tree.enclosing(one, cst.FunctionDef) is outer]
    both = returns[0].value if len(returns) == 1 else None
    if not isinstance(both, cst.Tuple) or len(both.elements) != 2:
        return None
    value, last = (one.value for one in both.elements)
    if not isinstance(last, cst.Name) or last.value != inner.name.value:
        return None
    return bound_to(tree, value) if isinstance(value, cst.Name) else value


def _is_none(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Name) and node.value == "None"
