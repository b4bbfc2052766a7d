"""Which classes of a text are layers."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.reading import dotted
from gradcheck.fix.cst.tree import Tree

_LAYERS = ("keras.layers.", "keras.Layer", "keras.Model", "keras.models.", "keras.Sequential")
_DEEPEST = 5


def is_layer(tree: Tree, owner: cst.ClassDef, depth: int = _DEEPEST) -> bool:
    """Whether a class is a Keras layer or model, by itself or through a class of the same text."""
    return any(base.startswith(_LAYERS) for base in bases(tree, owner, depth))


def makes_layer(tree: Tree, node: cst.CSTNode) -> bool:
    """Whether an expression makes one of Keras' own layers."""
    return names(tree).called(node).startswith("keras.layers.")


def layer_base(tree: Tree) -> str | None:
    """How the file writes the class that every layer descends from; None if it imports nothing that leads
    there."""
    return names(tree).spell("keras.layers.Layer") or names(tree).spell("keras.Layer")


def is_module(tree: Tree, owner: cst.ClassDef) -> bool:
    """Whether a class is a `tf.Module` and nothing else."""
    return [dotted(base.value) for base in owner.bases] != [] and bases(tree, owner, 0) == ("tf.Module",)


def bases(tree: Tree, owner: cst.ClassDef, depth: int = _DEEPEST) -> tuple[str, ...]:
    """The canonical names of the library classes that a class descends from."""
    own = {one.name.value: one for one in tree.every(cst.ClassDef)}
    found: list[str] = []
    for base in owner.bases:
        written = dotted(base.value)
        if written in own and own[written] is not owner and depth:
            found += bases(tree, own[written], depth - 1)
        else:
            found.append(names(tree).dotted(base.value))
    return tuple(found)
