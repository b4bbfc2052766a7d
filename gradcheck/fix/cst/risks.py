"""Operations with an edge where their slope is infinite, and the argument that must keep away from it."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.bindings import bound_to
from gradcheck.fix.cst.expressions import argument, plain
from gradcheck.fix.cst.functions import HOMES
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tree import Tree

_AT_ZERO = {
    f"{home}.{name}": (name, 0)
    for home in HOMES
    for name in ("log", "sqrt", "rsqrt", "reciprocal", "pow", "power")
}
_QUOTIENTS = {f"{home}.{name}": ("divide", 1) for home in HOMES for name in ("divide", "truediv")}
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


def times_its_log(tree: Tree, log: cst.Call) -> tuple[cst.BinaryOperation, cst.BaseExpression, bool] | None:
    """The product of a value and its own logarithm, the value, and whether the product is negated."""
    value, product = argument(log, 0, "x"), tree.parent(log)
    if (
        names(tree).called(log) != "tf.math.log"
        or value is None
        or not isinstance(product, cst.BinaryOperation)
    ):
        return None
    other = product.left if product.right is log else product.right
    negated = isinstance(other, cst.UnaryOperation) and isinstance(other.operator, cst.Minus)
    factor = other.expression if isinstance(other, cst.UnaryOperation) and negated else other
    same = isinstance(product.operator, cst.Multiply) and tree.code(factor) == tree.code(value)
    return (product, value, negated) if same else None


def squared_tanh(tree: Tree, log: cst.Call) -> cst.BaseExpression | None:
    """The `u` of `log(1 - tanh(u) ** 2)`, which is what a squashed Gaussian's density needs."""
    value = argument(log, 0, "x")
    if not names(tree).called(log).endswith("math.log") or not isinstance(value, cst.BinaryOperation):
        return None
    if not isinstance(value.operator, cst.Subtract) or tree.code(value.left) not in ("1", "1.0", "1."):
        return None
    root = _root(tree, value.right)
    made = bound_to(tree, root) or root if root is not None else None
    inner = argument(made, 0, "x") if isinstance(made, cst.Call) else None
    tanh = names(tree).called(made) in ("tf.tanh", "tf.math.tanh", "tf.nn.tanh")
    return inner if inner is not None and tanh and plain(inner) else None


def _root(tree: Tree, square: cst.BaseExpression) -> cst.BaseExpression | None:
    """What an expression is the square of."""
    if isinstance(square, cst.Call) and names(tree).called(square) in ("tf.square", "tf.math.square"):
        return argument(square, 0, "x")
    powered = isinstance(square, cst.BinaryOperation) and isinstance(square.operator, cst.Power)
    if powered and isinstance(square, cst.BinaryOperation) and tree.code(square.right) in ("2", "2.0"):
        return square.left
    return None
