"""Bend a network where a second derivative is taken of it: `activation="tanh"` for `activation="relu"`."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from gradcheck.fix.cst.bodies import scope_of
from gradcheck.fix.cst.calls import keyword
from gradcheck.fix.cst.expressions import argument
from gradcheck.fix.cst.layers import makes_layer
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.settings import setting_of, values_of
from gradcheck.fix.cst.tree import Replacement, Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.ZERO_SLOPE,),
    title="Use a smooth activation, which has a second derivative",
    safe=False,
    keeps_value=False,
    rank=2,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """Every relu where the network is made becomes a tanh: where it is written, or where the setting gets its
    value that a layer is given."""
    first = tree.find(finding.location, cst.BaseExpression)
    if first is None or finding.detail != "second derivative":
        return None
    words = {id(word): word for word in _words(tree, scope_of(tree, first))}.values()
    smooth: dict[cst.CSTNode, Replacement] = {
        word: new for word in words if (new := _smooth(tree, word)) is not None
    }
    return tree.change(smooth) if smooth else None


def _words(tree: Tree, inside: cst.CSTNode) -> Iterator[cst.BaseExpression]:
    """Everything that names the activation of a layer, is called as one, or makes a layer of it."""
    for call in tree.every(cst.Call, inside):
        yield from (call, call.func)
        given = _activation(tree, call)
        if given is not None:
            yield given
            yield from values_of(tree, setting_of(given))


def _activation(tree: Tree, call: cst.Call) -> cst.BaseExpression | None:
    named = keyword(call, "activation")
    if not makes_layer(tree, call) or named is not None:
        return named.value if named is not None else None
    place = _PLACES.get(names(tree).called(call))
    return argument(call, place) if place is not None else None


_PLACES = {"keras.layers.Dense": 1, "keras.layers.Activation": 0}


def _smooth(tree: Tree, word: cst.BaseExpression) -> cst.BaseExpression | None:
    """The tanh for a relu; None for anything else."""
    if isinstance(word, cst.SimpleString):
        tanh = f"{word.prefix}{word.quote}tanh{word.quote}"
        return word.with_changes(value=tanh) if word.raw_value in _WORDS else None
    if isinstance(word, cst.Call):
        layer = names(tree).spell("keras.layers.Activation")
        made = names(tree).called(word) in _LAYERS and layer is not None
        return tree.expression(f'{layer}("tanh")') if made else None
    owner, _, name = names(tree).dotted(word).rpartition(".")
    written = names(tree).spell(_HOMES[owner]) if owner in _HOMES and name in _WORDS else None
    return tree.expression(written) if written else None


_WORDS = ("relu", "relu6", "leaky_relu")
_LAYERS = ("keras.layers.ReLU", "keras.layers.LeakyReLU")
_HOMES = {
    "tf.nn": "tf.nn.tanh",
    "keras.activations": "keras.activations.tanh",
    "keras.ops": "keras.ops.tanh",
    "keras.ops.nn": "keras.ops.tanh",
}
