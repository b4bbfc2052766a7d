"""Give the bounds of a clipped gradient in their order: the lower one first."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.expressions import argument
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.NOT_APPLIED,),
    title="Exchange the two bounds",
    safe=False,
    keeps_value=False,
    rank=5,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`clip_by_value(g, limit, -limit)` becomes `clip_by_value(g, -limit, limit)`."""
    clip = tree.find(finding.location, cst.Call, lambda call: names(tree).called(call) in _CLIPS)
    if clip is None or any(one.star for one in clip.args):
        return None
    low, high = (argument(clip, at, *words) for at, words in ((1, _LOW), (2, _HIGH)))
    if low is None or high is None or not _are_exchanged(low, high):
        return None
    return tree.change({low: high, high: low})


_LOW = ("clip_value_min", "x_min", "min_value")
_HIGH = ("clip_value_max", "x_max", "max_value")
_CLIPS = ("tf.clip_by_value", "keras.ops.clip", "keras.backend.clip", "keras.ops.numpy.clip")


def _are_exchanged(low: cst.BaseExpression, high: cst.BaseExpression) -> bool:
    """Whether the lower bound is the larger one: `limit` and `-limit`, or two numbers."""
    numbers = [_number(one) for one in (low, high)]
    if numbers[0] is not None and numbers[1] is not None:
        return numbers[0] > numbers[1]
    return _is_negative(high) and isinstance(high, cst.UnaryOperation) and high.expression.deep_equals(low)


def _number(node: cst.BaseExpression) -> float | None:
    if _is_negative(node) and isinstance(node, cst.UnaryOperation):
        inner = _number(node.expression)
        return None if inner is None else -inner
    return float(node.evaluated_value) if isinstance(node, cst.Float | cst.Integer) else None


def _is_negative(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Minus)
