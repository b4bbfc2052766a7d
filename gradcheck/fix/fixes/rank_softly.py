"""Rank by sigmoids of the differences, where places in an order are counted: for `argsort(argsort(x))`."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.expressions import argument, fitting, keywords_of, plain
from gradcheck.fix.cst.functions import CASTS
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.NO_GRADIENT, Kind.INTEGER_CAST),
    title="Rank softly: each value against each other one, by a sigmoid",
    safe=False,
    keeps_value=False,
    rank=4,
)
_SORTS = frozenset({"tf.argsort", "keras.ops.argsort"})


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`argsort(argsort(x))`, and a cast around it, becomes a sum of sigmoids over all pairs: how many others
    lie below."""
    outer = tree.find(finding.location, cst.Call, lambda one: _is_rank(tree, one))
    inner = argument(outer, 0, "values", "x") if outer else None
    value = argument(inner, 0, "values", "x") if isinstance(inner, cst.Call) else None
    total = names(tree).spell("tf.reduce_sum") or names(tree).spell("keras.ops.sum")
    sigmoid = names(tree).spell("tf.sigmoid") or names(tree).spell("keras.ops.sigmoid")
    if outer is None or value is None or not plain(value) or total is None or sigmoid is None:
        return None
    code = tree.code(value)
    pairs = f"{code}[..., :, None] - {code}[..., None, :]"
    whole = _cast_around(tree, outer)
    # Against itself each value counts a half, which places that begin at zero do not have.
    return tree.change({whole: fitting(tree, whole, f"{total}({sigmoid}({pairs}), axis=-1) - 0.5")})


def _is_rank(tree: Tree, call: cst.Call) -> bool:
    inner = argument(call, 0, "values", "x")
    return all(_sorts_last(tree, one) for one in (call, inner))


def _sorts_last(tree: Tree, node: cst.CSTNode | None) -> bool:
    """Whether a call sorts upwards along the last axis."""
    if not isinstance(node, cst.Call) or names(tree).called(node) not in _SORTS:
        return False
    axis = argument(node, 1, "axis")
    return not keywords_of(node) - {"axis", "values", "x", "stable"} and (
        axis is None or tree.code(axis) == "-1"
    )


def _cast_around(tree: Tree, call: cst.Call) -> cst.Call:
    """The cast to a floating point type that takes the places, which needs no cast any more."""
    above = tree.enclosing(call, cst.Call)
    takes = above is not None and names(tree).called(above) in CASTS and above.args[0].value is call
    return above if above is not None and takes else call
