"""Weights whose name is their first positional argument, which Keras 3 refuses: with keywords, which both
take."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.calls import named
from gradcheck.fix.cst.tapes import last_name
from gradcheck.fix.cst.tree import Replacement, Tree

_POSITIONS = ("name", "shape")


def with_keywords(tree: Tree, owner: str) -> cst.Module:
    """The module with `add_weight(name="w", shape=[1])` for `add_weight("w", [1])` in one class."""
    changes: dict[cst.CSTNode, Replacement] = {}
    for around in tree.every(cst.ClassDef):
        if around.name.value == owner:
            for call in tree.every(cst.Call, around):
                changes.update(_named(call))
    return tree.change(changes)


def _named(call: cst.Call) -> dict[cst.CSTNode, Replacement]:
    listed = [one for one in call.args if one.keyword is None]
    first = listed[0].value if listed else None
    text = isinstance(first, cst.SimpleString | cst.FormattedString)
    if last_name(call.func) != "add_weight" or not text or any(one.star for one in listed) or len(listed) > 2:
        return {}
    return {one: named(one, name) for name, one in zip(_POSITIONS, listed, strict=False)}
