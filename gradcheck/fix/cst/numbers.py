"""Which expressions are surely one floating point number."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.bindings import bound_to
from gradcheck.fix.cst.flow import rebinds
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.reading import bound, dotted
from gradcheck.fix.cst.tree import Tree

_FUNCTIONS = ("log", "log1p", "exp", "expm1", "sqrt", "square", "tanh", "sigmoid", "softplus", "float32")
_OF_ONE = frozenset(f"{home}.{name}" for home in ("np", "tf", "tf.math", "tf.nn") for name in _FUNCTIONS)
_OF_PYTHON = frozenset(f"math.{name}" for name in _FUNCTIONS) | {"float"}


def is_number(tree: Tree, value: cst.BaseExpression) -> bool:
    """Whether an expression is a float: a literal, an argument that defaults to one, or computed of those."""
    if isinstance(value, cst.BinaryOperation):
        sides = (value.left, value.right)
        floats = [is_number(tree, one) for one in sides]
        known = [is_float or _whole(tree, one) for one, is_float in zip(sides, floats, strict=True)]
        return all(known) and (any(floats) or isinstance(value.operator, cst.Divide))
    if isinstance(value, cst.UnaryOperation):
        return is_number(tree, value.expression)
    if isinstance(value, cst.Call):
        given = value.args[0].value if len(value.args) == 1 else None
        known_call = names(tree).called(value) in _OF_ONE or dotted(value.func) in _OF_PYTHON
        return known_call and given is not None and (_whole(tree, given) or is_number(tree, given))
    if isinstance(value, cst.IfExp):
        return is_number(tree, value.body) and is_number(tree, value.orelse)
    if isinstance(value, cst.Name):
        made = bound_to(tree, value)
        earlier = made is not None and tree.line(made) < tree.line(value)
        return _is_argument(tree, value) or (made is not None and earlier and is_number(tree, made))
    return isinstance(value, cst.Float)


def _whole(tree: Tree, value: cst.BaseExpression) -> bool:
    """Whether an expression is a whole number: a literal, a length, a place that a loop counts."""
    if isinstance(value, cst.BinaryOperation):
        sums = isinstance(value.operator, cst.Add | cst.Subtract | cst.Multiply)
        return sums and _whole(tree, value.left) and _whole(tree, value.right)
    length = isinstance(value, cst.Call) and dotted(value.func) == "len"
    return length or isinstance(value, cst.Integer) or (isinstance(value, cst.Name) and _counts(tree, value))


def _counts(tree: Tree, name: cst.Name) -> bool:
    """Whether a loop around gives a name the numbers of a `range`."""
    loops = [one for one in tree.above(name) if isinstance(one, cst.For)]
    mine = next((one for one in loops if name.value in bound(one.target)), None)
    if mine is None or not isinstance(mine.target, cst.Name):
        return False
    return isinstance(mine.iter, cst.Call) and dotted(mine.iter.func) == "range"


def _is_argument(tree: Tree, name: cst.Name) -> bool:
    """Whether a name is an argument that is a float by its default or its annotation, and stays it."""
    function = tree.enclosing(name, cst.FunctionDef)
    if function is None or name.value in rebinds(function.body):
        return False
    own = (*function.params.params, *function.params.kwonly_params)
    given = next((one for one in own if one.name.value == name.value), None)
    if given is None:
        return False
    said = tree.code(given.annotation.annotation) if given.annotation else ""
    return isinstance(given.default, cst.Float) or said == "float"
