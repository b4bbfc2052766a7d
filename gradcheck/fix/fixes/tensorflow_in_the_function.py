"""Let a Python function compute with TensorFlow's functions, and call it so that a gradient passes."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.arrays import NoCounterpartError, Translation
from gradcheck.fix.cst.expressions import argument, keywords_of
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.HOST_FUNCTION,),
    title="Use TensorFlow's functions in the function, and tf.py_function to call it",
    safe=False,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`tf.numpy_function` becomes `tf.py_function`, and NumPy in its body TensorFlow."""
    call = tree.find(finding.location, cst.Call, lambda one: names(tree).called(one) in _HOSTS)
    given = argument(call, 0, "func") if call else None
    called = names(tree).spell("tf.py_function")
    function = given if isinstance(given, cst.Lambda) else _definition(tree, given)
    if call is None or function is None or called is None or "stateful" in keywords_of(call):
        return None
    translation = Translation(tree, arrays=_arrays(tree, function))
    try:
        translation.translate(function.body)
    except NoCounterpartError:
        return None
    return tree.change({**translation.changes, call.func: tree.expression(called)})


_HOSTS = frozenset({"tf.numpy_function", "tf.py_function", "tf.py_func"})


def _definition(tree: Tree, given: cst.BaseExpression | None) -> cst.FunctionDef | None:
    """The function of this file that a name means, if it is used nowhere else."""
    name = ""
    if isinstance(given, cst.Name):
        name = given.value
    elif isinstance(given, cst.Attribute) and tree.code(given.value) == "self":
        name = given.attr.value
    found = [one for one in tree.every(cst.FunctionDef) if one.name.value == name]
    uses = [one for one in tree.every(cst.Name) if one.value == name]
    return found[0] if len(found) == 1 and len(uses) == 2 and not _fills(tree, found[0]) else None


def _fills(tree: Tree, function: cst.FunctionDef) -> bool:
    """Whether a function writes items of an array."""
    targets = [one.target for one in tree.every(cst.AssignTarget, function)]
    targets += [one.target for one in tree.every(cst.AugAssign, function)]
    return any(isinstance(one, cst.Subscript) for one in targets)


def _arrays(tree: Tree, function: cst.FunctionDef | cst.Lambda) -> set[str]:
    """Every name that is an array in a function that is handed arrays."""
    targets = (one.target for one in tree.every(cst.AssignTarget, function))
    return {one.name.value for one in function.params.params} | {
        one.value for one in targets if isinstance(one, cst.Name)
    }
