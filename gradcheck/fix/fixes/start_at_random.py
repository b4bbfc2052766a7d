"""Start a layer's kernel at random, where every unit starts from the same zeros."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.bodies import scope_of
from gradcheck.fix.cst.calls import without
from gradcheck.fix.cst.expressions import argument
from gradcheck.fix.cst.layers import makes_layer
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.origins import origin
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.ZERO_SLOPE,),
    title="Leave the kernel's initializer to Keras, which starts it at random",
    safe=False,
    keeps_value=False,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`Dense(8, activation="relu", kernel_initializer="zeros")` becomes `Dense(8, activation="relu")`, and so
    do those beside it of the same activation: behind one that stays at zero nothing comes back."""
    layer = tree.find(finding.location, cst.Call, lambda call: makes_layer(tree, call))
    if layer is None or _given(tree, layer) is None:
        return None
    beside = tree.every(cst.Call, scope_of(tree, layer))
    alike = [one for one in beside if makes_layer(tree, one) and _activation(one) == _activation(layer)]
    given = {one: arg for one in alike if (arg := _given(tree, one)) is not None}
    return tree.change({one: without(one, arg) for one, arg in given.items()})


def _given(tree: Tree, layer: cst.Call) -> cst.Arg | None:
    """The argument that starts a layer's kernel at zero."""
    given = [one for one in layer.args if one.keyword and one.keyword.value in _KERNELS]
    return given[0] if len(given) == 1 and _is_zeros(tree, given[0].value) else None


def _activation(layer: cst.Call) -> str:
    given = argument(layer, 1, "activation")
    return cst.Module([]).code_for_node(given) if given is not None else ""


_KERNELS = ("kernel_initializer", "depthwise_initializer", "pointwise_initializer")
_ZEROS = ("keras.initializers.Zeros", "keras.initializers.zeros")


def _is_zeros(tree: Tree, node: cst.BaseExpression) -> bool:
    """Whether an initializer gives zeros, by itself or under a name that is bound once."""
    value = origin(tree, node)
    if isinstance(value, cst.SimpleString):
        return value.evaluated_value in ("zeros", "Zeros", "zero")
    made = value.func if isinstance(value, cst.Call) and not value.args else value
    return names(tree).dotted(made) in (*_ZEROS, "tf.zeros_initializer")
