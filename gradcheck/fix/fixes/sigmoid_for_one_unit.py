"""Use a sigmoid where a softmax over one unit is 1 for every input."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.attention import scores_attention, weighs
from gradcheck.fix.cst.expressions import argument, keywords_of
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.CONSTANT_OUTPUT,),
    title="Use a sigmoid for the one unit",
    safe=False,
    keeps_value=False,
    rank=3,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`activation="softmax"` becomes `activation="sigmoid"`, and a call of softmax one of sigmoid."""
    layer = tree.find(finding.location, cst.Call, lambda one: names(tree).called(one) == _LAYER)
    if layer is not None:
        return None if weighs(tree, layer) else _activation(tree, layer)
    call = tree.find(finding.location, cst.Call, lambda one: _softmax(tree, one) is not None)
    word = _softmax(tree, call) if call else None
    if call is None or word is None or scores_attention(tree, call) or _is_weights(tree, call):
        return None
    if isinstance(word, cst.SimpleString):
        return tree.change({word: word.with_changes(value=word.value.replace("softmax", "sigmoid"))})
    sigmoid = names(tree).spell(_SIGMOIDS[names(tree).dotted(word)])
    if sigmoid is None:
        return None
    if word is not call.func:
        return tree.change({word: tree.expression(sigmoid)})
    logits = argument(call, 0, "logits", "x")
    if logits is None or keywords_of(call) - {"axis", "logits", "x"} or len(call.args) > 2:
        return None
    return tree.change({call: call.with_changes(func=tree.expression(sigmoid), args=[_alone(logits)])})


def _is_weights(tree: Tree, call: cst.Call) -> bool:
    """Whether a layer of its own makes weights of scores."""
    return names(tree).called(call) == "keras.layers.Activation" and weighs(tree, call)


def _activation(tree: Tree, layer: cst.Call) -> cst.Module | None:
    """`Softmax()` becomes `Activation("sigmoid")`."""
    written = names(tree).spell("keras.layers.Activation")
    if written is None or not keywords_of(layer) <= {"axis", "name"} or argument(layer, 0) is not None:
        return None
    kept = [one for one in layer.args if one.keyword and one.keyword.value == "name"]
    args = [cst.Arg(cst.SimpleString('"sigmoid"')), *kept]
    return tree.change({layer: layer.with_changes(func=tree.expression(written), args=args)})


_LAYER = "keras.layers.Softmax"
_SIGMOIDS = {
    "tf.nn.softmax": "tf.nn.sigmoid",
    "tf.math.softmax": "tf.math.sigmoid",
    "keras.ops.softmax": "keras.ops.sigmoid",
    "keras.ops.nn.softmax": "keras.ops.nn.sigmoid",
    "keras.backend.softmax": "keras.backend.sigmoid",
    "keras.activations.softmax": "keras.activations.sigmoid",
}


def _softmax(tree: Tree, call: cst.Call) -> cst.BaseExpression | None:
    """The word that says softmax: the function, or an argument."""
    if names(tree).dotted(call.func) in _SIGMOIDS:
        return call.func
    given = (one.value for one in call.args)
    return next((one for one in given if names(tree).dotted(one) in _SIGMOIDS or _says(one)), None)


def _says(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.SimpleString) and node.raw_value == "softmax"


def _alone(value: cst.BaseExpression) -> cst.Arg:
    return cst.Arg(value)
