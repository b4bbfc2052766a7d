"""Let the gradient pass a rounding as if it were not there: `x + tf.stop_gradient(tf.round(x) - x)`."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.bindings import only_reader
from gradcheck.fix.cst.estimator import sibling, soft_name, straight, with_soft
from gradcheck.fix.cst.expressions import argument, bare, plain
from gradcheck.fix.cst.functions import CASTS, functions
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.NO_GRADIENT, Kind.INTEGER_CAST, Kind.ZERO_SLOPE),
    title="Pass the gradient straight through the rounding",
    safe=False,
    rank=3,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """The rounding that the finding points at keeps its value; on the way back it is skipped."""
    step = tree.find(finding.location, cst.Call, lambda call: _rounds(tree, call))
    if step is None:
        return _lambda_layer(tree, finding) or _floor_division(tree, finding)
    soft = argument(step, 0, "x", "input", "features")
    hard = _as_float(tree, step) if not _becomes_index(tree, step) else None
    stop = sibling(tree, names(tree).called(step), "stop_gradient")
    return straight(tree, hard, soft, stop) if soft and hard and stop else None


_FUNCTIONS = functions("round", "rint", "floor", "ceil", "sign", "trunc")
_WHOLE = ("int", "bool")


def _rounds(tree: Tree, call: cst.Call) -> bool:
    called = names(tree).called(call)
    return called in _FUNCTIONS or (called in CASTS and _whole(tree, call))


def _whole(tree: Tree, cast: cst.Call) -> bool:
    dtype = argument(cast, 1, "dtype")
    return dtype is not None and any(word in tree.code(dtype) for word in _WHOLE)


def _as_float(tree: Tree, step: cst.Call) -> cst.Call | None:
    """The expression that has the rounded value as a float: the call itself, or the cast back around it."""
    if names(tree).called(step) not in CASTS:
        return step
    whole = only_reader(tree, step)
    around = tree.enclosing(whole, cst.Call)
    back = around is not None and names(tree).called(around) in CASTS and argument(around, 0, "x") is whole
    return around if around and back and not _whole(tree, around) else None


def _becomes_index(tree: Tree, step: cst.Call) -> bool:
    """Whether the rounded value is cast to integers, which no estimator passes."""
    around = tree.enclosing(only_reader(tree, step), cst.Call)
    rounded = names(tree).called(step) not in CASTS
    return rounded and around is not None and names(tree).called(around) in CASTS and _whole(tree, around)


def _lambda_layer(tree: Tree, finding: Finding) -> cst.Module | None:
    """`Lambda(tf.sign)` becomes a Lambda of the estimator."""
    layer = tree.find(finding.location, cst.Call, lambda call: names(tree).called(call) == _LAMBDA)
    function = argument(layer, 0, "function") if layer else None
    called = names(tree).dotted(function)
    stop = sibling(tree, called, "stop_gradient")
    if layer is None or function is None or called not in _FUNCTIONS or stop is None:
        return None
    body = f"lambda x: x + {stop}({tree.code(function)}(x) - x)"
    return tree.change({function: tree.expression(body)})


def _floor_division(tree: Tree, finding: Finding) -> cst.Module | None:
    """`a // b` becomes the estimator of `a / b`."""
    step = tree.find(
        finding.location, cst.BinaryOperation, lambda one: isinstance(one.operator, cst.FloorDivide)
    )
    stop = names(tree).spell("tf.stop_gradient") or names(tree).spell("keras.ops.stop_gradient")
    name = soft_name(tree, step) if step else None
    if step is None or stop is None or name is None or not (plain(step.left) and plain(step.right)):
        return None
    quotient = f"{tree.code(step.left)} / {tree.code(step.right)}"
    return with_soft(tree, step, {name: quotient}, f"{name} + {stop}({bare(tree, step)} - {name})")


_LAMBDA = "keras.layers.Lambda"
