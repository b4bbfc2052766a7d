"""Use softplus, which has a slope everywhere, where a relu is given nothing above zero."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.calls import keyword
from gradcheck.fix.cst.layers import makes_layer
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.ZERO_SLOPE,),
    title="Use softplus, which has a slope below zero, too",
    safe=False,
    keeps_value=False,
    rank=7,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`tf.nn.relu(x)` becomes `tf.nn.softplus(x)`, and a layer's `activation="relu"` becomes `"softplus"`."""
    if finding.detail == "second derivative":
        return None
    call = tree.find(finding.location, cst.Call, lambda one: names(tree).called(one) in _CALLED)
    if call is not None:
        written = names(tree).spell(_CALLED[names(tree).called(call)])
        return tree.change({call.func: tree.expression(written)}) if written else None
    layer = tree.find(finding.location, cst.Call, lambda one: makes_layer(tree, one))
    given = keyword(layer, "activation") if layer is not None else None
    word = given.value if given is not None else None
    if not isinstance(word, cst.SimpleString) or word.raw_value != "relu":
        return None
    return tree.change({word: word.with_changes(value=f"{word.quote}softplus{word.quote}")})


_CALLED = {
    "tf.nn.relu": "tf.nn.softplus",
    "keras.activations.relu": "keras.activations.softplus",
    "keras.ops.relu": "keras.ops.softplus",
}
