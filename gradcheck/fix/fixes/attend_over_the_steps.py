"""Take a softmax of attention scores over the axis that is summed afterwards, not over the one score."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from gradcheck.fix.cst.attention import scores_attention, weighs
from gradcheck.fix.cst.bindings import only_reader, readers
from gradcheck.fix.cst.calls import named_argument
from gradcheck.fix.cst.expressions import argument, keywords_of
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.CONSTANT_OUTPUT,),
    title="Take the softmax over the axis that is summed",
    safe=False,
    keeps_value=False,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`reduce_sum(softmax(scores) * values, axis=1)` gets `softmax(scores, axis=1)`."""
    softmax = tree.find(finding.location, cst.Call, lambda call: _is_softmax(tree, call))
    if softmax is None:
        return _activation(tree, finding) or _layer(tree, finding)
    # What reads the weights besides may show them, or hand them out.
    places: Sequence[cst.BaseExpression] = readers(tree, softmax) or (softmax,)
    axes = {axis for one in places if (axis := _summed(tree, one)) is not None}
    if len(axes) != 1:
        return None
    given = [one for one in softmax.args if one.keyword and one.keyword.value == "axis"]
    value = tree.expression(*axes)
    if given:
        return tree.change({given[0].value: value})
    if len(softmax.args) != 1:
        return None
    tight = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
    return tree.change(
        {softmax: softmax.with_changes(args=[softmax.args[0], cst.Arg(value, cst.Name("axis"), equal=tight)])}
    )


def _activation(tree: Tree, finding: Finding) -> cst.Module | None:
    """`Dense(1, activation="softmax")`, named as scores are, gets a softmax over the steps."""
    layer = tree.find(finding.location, cst.Call, lambda call: scores_attention(tree, call))
    given = [one for one in layer.args if one.keyword and one.keyword.value == "activation"] if layer else []
    softmax = names(tree).spell("tf.nn.softmax") or names(tree).spell("keras.ops.softmax")
    if not given or softmax is None:
        return None
    return tree.change({given[0].value: tree.expression(f"lambda scores: {softmax}(scores, axis=1)")})


def _layer(tree: Tree, finding: Finding) -> cst.Module | None:
    """`Activation("softmax")` of what weighs the steps becomes `Softmax(axis=1)`."""
    layer = tree.find(finding.location, cst.Call, lambda call: names(tree).called(call) in _LAYERS)
    written = names(tree).spell("keras.layers.Softmax")
    if layer is None or written is None or not weighs(tree, layer):
        return None
    if keywords_of(layer) - {"activation", "name"} or len(layer.args) > 2:
        return None
    name = [one for one in layer.args if one.keyword and one.keyword.value == "name"]
    axis = named_argument("axis", tree.expression("1"))
    return tree.change({layer: layer.with_changes(func=tree.expression(written), args=[axis, *name])})


_LAYERS = frozenset({"keras.layers.Activation", "keras.layers.Softmax"})
_SUMS = frozenset({"tf.reduce_sum", "tf.math.reduce_sum", "keras.ops.sum", "keras.backend.sum"})


def _is_softmax(tree: Tree, call: cst.Call) -> bool:
    return names(tree).called(call).rpartition(".")[2] == "softmax"


def _summed(tree: Tree, weights: cst.BaseExpression) -> str | None:
    """The axis over which a product with the weights is summed."""
    product = tree.parent(weights)
    if not isinstance(product, cst.BinaryOperation) or not isinstance(product.operator, cst.Multiply):
        return None
    total = tree.enclosing(only_reader(tree, product), cst.Call)
    if total is None or names(tree).called(total) not in _SUMS:
        return None
    axis = argument(total, 1, "axis")
    code = tree.code(axis) if axis is not None else ""
    return code if code in ("1", "2", "-2") else None
