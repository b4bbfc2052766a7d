"""Whether a layer of one unit scores what an attention chooses from: its names and its use tell."""

from __future__ import annotations

import re

import libcst as cst

from gradcheck.fix.cst.calls import keyword
from gradcheck.fix.cst.expressions import uses
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tree import Tree

_WORDS = re.compile(r"att|alpha|align|energ")
_OF_A_PRODUCT = (cst.Element, cst.BinaryOperation)


def scores_attention(tree: Tree, call: cst.Call) -> bool:
    """Whether a call makes a Dense layer that is named, or bound to a name, like the scores of an attention,
    or whose result goes into a product."""
    return names(tree).called(call) in ("keras.layers.Dense", "keras.layers.Conv1D") and weighs(tree, call)


def weighs(tree: Tree, call: cst.Call) -> bool:
    """Whether the result of a call, or of the layer that it makes, goes by the name of an attention's weights
    or into a product."""
    name = keyword(call, "name")
    assign = tree.enclosing(call, cst.Assign)
    targets = [one.target for one in assign.targets] if assign else []
    bound = [tree.code(one) for one in targets]
    words = [tree.code(name.value), *bound] if name else bound
    named = any(_WORDS.search(word.lower()) for word in words)
    return named or any(_multiplied(tree, one.value) for one in targets if isinstance(one, cst.Name))


def _multiplied(tree: Tree, name: str) -> bool:
    """Whether a name is used beside another one: in a list of inputs, or as a factor."""
    return any(_in_product(tree, one) for one in uses(tree, name, tree.module))


def _in_product(tree: Tree, name: cst.Name) -> bool:
    call = tree.enclosing(name, cst.Call)
    of_a_model = names(tree).called(call).endswith("Model")
    return isinstance(tree.parent(name), _OF_A_PRODUCT) and not of_a_model
