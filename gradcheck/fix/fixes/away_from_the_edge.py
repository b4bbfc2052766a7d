"""Keep a root, a logarithm or an inverse cosine away from where its slope is infinite."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from gradcheck.fix.cst.estimator import sibling
from gradcheck.fix.cst.expressions import argument, bare, fitting, keywords_of
from gradcheck.fix.cst.loss_parameters import exchanged
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.quotients import quotient_at
from gradcheck.fix.cst.risks import risky, squared_tanh, times_its_log
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.INFINITE_SLOPE,),
    title="Keep the argument a little away from where the slope is infinite",
    safe=False,
    keeps_value=False,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """The argument is bounded; a norm and a standard deviation are written as bounded roots first."""
    if exchanged(tree, finding) or quotient_at(tree, finding.location) is not None:
        return None  # it is not meant to be taken of the labels at all, or the root around it is not to blame
    call = tree.find(finding.location, cst.Call, lambda one: names(tree).called(one) in _SPECIAL)
    if call is not None:
        return _SPECIAL[names(tree).called(call)](tree, call)
    for kind in (cst.Call, cst.BinaryOperation):
        node = tree.find(finding.location, kind, lambda one: risky(tree, one) is not None)
        if node is not None:
            return _bounded(tree, node)
    return None


_EDGES = {"sqrt": "1e-12", "rsqrt": "1e-12", "log": "1e-7", "pow": "1e-6", "power": "1e-6"}


def _bounded(tree: Tree, node: cst.BaseExpression) -> cst.Module | None:
    """`sqrt(x)` becomes `sqrt(maximum(x, 1e-12))`."""
    word, value = risky(tree, node) or ("", None)
    called = names(tree).called(node) or "tf.pow"
    maximum = sibling(tree, called, "maximum")
    if value is None or word not in _EDGES or maximum is None or _better(tree, node):
        return None
    return tree.change({value: tree.expression(f"{maximum}({bare(tree, value)}, {_EDGES[word]})")})


def _better(tree: Tree, node: cst.BaseExpression) -> bool:
    """Whether another fix keeps the exact value."""
    return isinstance(node, cst.Call) and (
        times_its_log(tree, node) is not None or squared_tanh(tree, node) is not None
    )


def _norm(tree: Tree, call: cst.Call) -> cst.Module | None:
    """`norm(x, axis=1)` becomes `sqrt(maximum(reduce_sum(square(x), axis=1), 1e-12))`."""
    value = argument(call, 0, "tensor", "x")
    if value is None or not keywords_of(call) <= {"tensor", "x", "axis", "keepdims"} or _ordered(call):
        return None
    called = names(tree).called(call)
    home = "keras.ops." if called.startswith("keras.ops") else "tf."
    square, total = names(tree).spell(f"{home}square"), names(tree).spell(f"{home}{_SUM[home]}")
    return _root(tree, call, home, f"{total}({square}({bare(tree, value)}){_rest(tree, call, value)})")


def _deviation(tree: Tree, call: cst.Call) -> cst.Module | None:
    """`reduce_std(x, axis=1)` becomes `sqrt(maximum(reduce_variance(x, axis=1), 1e-12))`."""
    value = argument(call, 0, "input_tensor", "x")
    if value is None:
        return None
    home = "keras.ops." if names(tree).called(call).startswith("keras.ops") else "tf."
    variance = names(tree).spell(f"{home}{_VARIANCE[home]}")
    return _root(tree, call, home, f"{variance}({bare(tree, value)}{_rest(tree, call, value)})")


def _root(tree: Tree, call: cst.Call, home: str, squares: str) -> cst.Module | None:
    sqrt, maximum = names(tree).spell(f"{home}sqrt"), names(tree).spell(f"{home}maximum")
    if sqrt is None or maximum is None:
        return None
    return tree.change({call: fitting(tree, call, f"{sqrt}({maximum}({squares}, 1e-12))")})


_SUM = {"tf.": "reduce_sum", "keras.ops.": "sum"}
_VARIANCE = {"tf.": "math.reduce_variance", "keras.ops.": "var"}


def _ordered(call: cst.Call) -> bool:
    """Whether another norm than the Euclidean one may be meant."""
    return sum(one.keyword is None for one in call.args) > 1


def _rest(tree: Tree, call: cst.Call, value: cst.BaseExpression) -> str:
    """The other arguments of a call, as they are written."""
    others = (
        one.with_changes(comma=cst.MaybeSentinel.DEFAULT) for one in call.args if one.value is not value
    )
    return "".join(f", {tree.code(one)}" for one in others)


def _angle(tree: Tree, call: cst.Call) -> cst.Module | None:
    """`acos(x)` becomes `acos(clip_by_value(x, -1.0 + 1e-7, 1.0 - 1e-7))`."""
    value = argument(call, 0, "x")
    ops = names(tree).called(call).startswith("keras.ops")
    clip = names(tree).spell("keras.ops.clip" if ops else "tf.clip_by_value")
    if value is None or clip is None:
        return None
    if isinstance(value, cst.Call) and names(tree).called(value) in ("tf.clip_by_value", "keras.ops.clip"):
        value = argument(value, 0, "t", "x") if len(value.args) == 3 and _to_one(tree, value) else None
    if value is None:
        return None
    old = argument(call, 0, "x") or value
    return tree.change({old: tree.expression(f"{clip}({bare(tree, value)}, -1.0 + 1e-7, 1.0 - 1e-7)")})


def _to_one(tree: Tree, clip: cst.Call) -> bool:
    try:
        return [float(tree.code(one.value)) for one in clip.args[1:]] == [-1.0, 1.0]
    except ValueError:
        return False


_SPECIAL: dict[str, Callable[[Tree, cst.Call], cst.Module | None]] = {
    **dict.fromkeys(("tf.norm", "tf.linalg.norm", "keras.ops.norm", "keras.ops.linalg.norm"), _norm),
    **dict.fromkeys(("tf.math.reduce_std", "keras.ops.std"), _deviation),
    **dict.fromkeys(("tf.acos", "tf.math.acos", "keras.ops.arccos"), _angle),
    **dict.fromkeys(("tf.asin", "tf.math.asin", "keras.ops.arcsin"), _angle),
}
