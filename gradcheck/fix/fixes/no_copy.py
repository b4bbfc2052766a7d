"""Use a tensor as it is, where `tf.Variable(tensor)` or `tf.constant(variable)` copies its value."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.bindings import readers
from gradcheck.fix.cst.expressions import argument, fitting, keywords_of, plain
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.REWRAPPED,),
    title="Use the tensor, not a copy of it",
    safe=False,
    rank=2,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`tf.Variable(x)` becomes `x` where nothing needs a variable; `tf.constant(w)` is converted, not
    copied."""
    copy = tree.find(finding.location, cst.Call, lambda call: names(tree).called(call) in _COPIES)
    value = argument(copy, 0, "initial_value", "value") if copy else None
    if copy is None or value is None:
        return None
    if names(tree).called(copy) in _VARIABLES:
        return (
            tree.change({copy: fitting(tree, copy, tree.code(value))}) if _replaceable(tree, copy) else None
        )
    convert = names(tree).spell("tf.convert_to_tensor")
    if convert is None or keywords_of(copy) - {"dtype", "value", "name"} or len(copy.args) > 2:
        return None
    return tree.change({copy.func: tree.expression(convert)})


_VARIABLES = frozenset({"tf.Variable", "keras.Variable", "keras.backend.variable"})
_COPIES = _VARIABLES | {"tf.constant", "keras.backend.constant"}
_OF_A_VARIABLE = ("assign", "assign_add", "assign_sub", "value", "read_value", "trainable", "name")


def _replaceable(tree: Tree, copy: cst.Call) -> bool:
    """Whether a tensor can do all that is done with the variable."""
    if (
        keywords_of(copy) - {"initial_value", "value", "name", "trainable", "dtype"}
        or len(copy.args) - len(keywords_of(copy)) > 2
    ):
        return False
    above = tree.parent(copy)
    outer = tree.parent(above) if isinstance(above, cst.Arg) else None
    if isinstance(above, cst.BinaryOperation | cst.UnaryOperation) or names(tree).called(outer):
        return True
    held = tree.parent(copy)
    if isinstance(held, cst.ListComp | cst.DictComp):
        return _kept_apart(tree, held)
    places = readers(tree, copy)
    return places is not None and not any(_needs_variable(tree, place) for place in places)


def _needs_variable(tree: Tree, place: cst.Name) -> bool:
    above = tree.parent(place)
    if isinstance(above, cst.Attribute):
        return above.attr.value in _OF_A_VARIABLE
    if isinstance(above, cst.Element) or not plain(place):
        return True
    return _is_asked(tree, place)


def _is_asked(tree: Tree, place: cst.Name) -> bool:
    """Whether a call that is given a name asks for variables."""
    call = tree.enclosing(place, cst.Call)
    asked = call.func.attr.value if call and isinstance(call.func, cst.Attribute) else ""
    return asked in ("gradient", "apply_gradients", "watch", "minimize")


def _kept_apart(tree: Tree, held: cst.ListComp | cst.DictComp) -> bool:
    """Whether what a comprehension makes is only looked up, or handed to functions that compute with it."""
    places = readers(tree, held)
    return places is not None and not any(_asks_for_variables(tree, place) for place in places)


def _asks_for_variables(tree: Tree, place: cst.Name) -> bool:
    above = tree.parent(place)
    if isinstance(above, cst.Subscript):
        owner = tree.parent(above)
        return isinstance(owner, cst.Attribute) and owner.attr.value in _OF_A_VARIABLE
    return not isinstance(above, cst.Arg) or _is_asked(tree, place)
