"""Operations with an edge where their slope is infinite, and the argument that must keep away from it."""

from __future__ import annotations

import libcst as cst

from gradcheck.rewrite.expressions import argument
from gradcheck.rewrite.names import names
from gradcheck.rewrite.tree import Tree

_HOMES = ("tf", "tf.math", "keras.ops", "keras.backend")
_AT_ZERO = {
    f"{home}.{name}": (name, 0)
    for home in _HOMES
    for name in ("log", "sqrt", "rsqrt", "reciprocal", "pow", "power")
}
_QUOTIENTS = {f"{home}.{name}": ("divide", 1) for home in _HOMES for name in ("divide", "truediv")}
_RISKS = {**_AT_ZERO, **_QUOTIENTS}


def risky(tree: Tree, node: cst.CSTNode) -> tuple[str, cst.BaseExpression] | None:
    """What an operation is called that is not smooth where its argument is zero, and that argument."""
    if isinstance(node, cst.BinaryOperation):
        if isinstance(node.operator, cst.Divide):
            return "divide", node.right
        return ("pow", node.left) if isinstance(node.operator, cst.Power) else None
    if not isinstance(node, cst.Call):
        return None
    word, place = _RISKS.get(names(tree).called(node), ("", 0))
    given = argument(node, place, "x", "y") if word else None
    return (word, given) if given is not None else None


def times_its_log(tree: Tree, log: cst.Call) -> tuple[cst.BinaryOperation, cst.BaseExpression] | None:
    """The product of a value and its own logarithm, and the value."""
    value, product = argument(log, 0, "x"), tree.parent(log)
    if (
        names(tree).called(log) != "tf.math.log"
        or value is None
        or not isinstance(product, cst.BinaryOperation)
    ):
        return None
    other = product.left if product.right is log else product.right
    same = isinstance(product.operator, cst.Multiply) and tree.code(other) == tree.code(value)
    return (product, value) if same else None
