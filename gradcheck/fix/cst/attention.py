"""Whether a layer of one unit scores what an attention chooses from: its names and its use tell."""

from __future__ import annotations

import re

import libcst as cst

from gradcheck.fix.cst.calls import keyword
from gradcheck.fix.cst.expressions import uses
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.origins import origin
from gradcheck.fix.cst.tree import Tree

_WORDS = re.compile(r"att|alpha|align|energ")
_OF_A_PRODUCT = (cst.Element, cst.BinaryOperation)


def scores_attention(tree: Tree, call: cst.Call) -> bool:
    """Whether a call makes a Dense layer that is named, or bound to a name, like the scores of an attention,
    or whose result goes into a product."""
    return names(tree).called(call) in ("keras.layers.Dense", "keras.layers.Conv1D") and weighs(tree, call)


def weighs(tree: Tree, call: cst.Call) -> bool:
    """Whether the result of a call, or of the layer that it makes, goes by the name of an attention's weights
    or into a product. What gates the places of an image weighs none against another."""
    if _gates_an_image(tree, call):
        return False
    name = keyword(call, "name")
    assign = tree.enclosing(call, cst.Assign)
    targets = [one.target for one in assign.targets] if assign else []
    bound = [tree.code(one) for one in targets]
    words = [tree.code(name.value), *bound] if name else bound
    named = any(_WORDS.search(word.lower()) for word in words)
    return named or any(_multiplied(tree, one.value) for one in targets if isinstance(one, cst.Name))


def _gates_an_image(tree: Tree, layer: cst.Call) -> bool:
    """Whether a layer is called on what a convolution over places makes."""
    around = tree.parent(layer)
    is_called = isinstance(around, cst.Call) and around.func is layer and len(around.args) == 1
    made = origin(tree, around.args[0].value) if isinstance(around, cst.Call) and is_called else None
    return isinstance(made, cst.Call) and names(tree).called(made.func) in _OVER_PLACES


_OVER_PLACES = ("keras.layers.Conv2D", "keras.layers.Conv3D")


def _multiplied(tree: Tree, name: str) -> bool:
    """Whether a name is used beside another one: in a list of inputs, or as a factor."""
    return any(_in_product(tree, one) for one in uses(tree, name, tree.module))


def _in_product(tree: Tree, name: cst.Name) -> bool:
    call = tree.enclosing(name, cst.Call)
    of_a_model = names(tree).called(call).endswith("Model")
    return isinstance(tree.parent(name), _OF_A_PRODUCT) and not of_a_model
