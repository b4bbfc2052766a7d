"""Straight-through estimators: `soft + stop_gradient(hard - soft)` has the value of one and the gradient of
the other."""

from __future__ import annotations

from collections.abc import Mapping

import libcst as cst

from gradcheck.fix.cst.expressions import atom, bare, fitting, fresh, plain
from gradcheck.fix.cst.lines import assigned, beside, function_of, line_of
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tree import Replacement, Tree

_HOMES = {"tf": "tf", "keras.ops": "keras.ops", "keras.backend": "keras.backend"}
_SPECIAL = {("tf", "softmax"): "tf.nn.softmax", ("tf", "zeros_like"): "tf.zeros_like"}


def sibling(tree: Tree, called: str, function: str) -> str | None:
    """How the file writes a function of the same library as one it calls: `tf.stop_gradient` beside
    `tf.math.round`, `ops.stop_gradient` beside `ops.round`."""
    home = next((home for home in sorted(_HOMES, reverse=True) if called.startswith(home + ".")), None)
    return names(tree).spell(_SPECIAL.get((home, function), f"{home}.{function}")) if home else None


def straight(
    tree: Tree, hard: cst.BaseExpression, soft: cst.BaseExpression, stop: str, word: str = "soft"
) -> cst.Module | None:
    """The module with `hard`, which is computed of `soft`, giving its gradient straight to `soft`."""
    name = atom(tree, soft)
    changes: dict[cst.CSTNode, Replacement] = {}
    if not plain(soft):
        wish, line = soft_name(tree, hard, word), line_of(tree, soft)
        if wish is None or line is None or line_of(tree, hard) is None:
            return None
        name = wish
        changes = {soft: cst.Name(name), line: beside(tree, [f"{name} = {bare(tree, soft)}"])}

    def estimated(now: cst.CSTNode) -> cst.CSTNode:
        code = f"{name} + {stop}({tree.module.code_for_node(now)} - {name})"
        return fitting(tree, hard, code)

    return tree.change({**changes, hard: estimated})


def with_soft(tree: Tree, hard: cst.BaseExpression, soft: Mapping[str, str], new: str) -> cst.Module | None:
    """The module with an expression replaced by new text, and values named on the lines before it."""
    line = line_of(tree, hard)
    if line is None:
        return None
    changes: dict[cst.CSTNode, Replacement] = {hard: fitting(tree, hard, new)}
    return tree.change({**changes, line: beside(tree, [f"{name} = {code}" for name, code in soft.items()])})


def soft_name(tree: Tree, hard: cst.BaseExpression, word: str = "soft") -> str | None:
    """A free name for what a hard value is computed of: `soft_mask` on a line that binds `mask`."""
    line = line_of(tree, hard)
    bound = assigned(line) if line else None
    wishes = [f"{word}_{bound[0].value}"] if bound else []
    return fresh(tree, function_of(tree, hard), *wishes, word, f"{word}_value")
