"""Where a text gives settings their values: `width: int = 32`, `Config(width=32)`, `{"width": 32}`."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from gradcheck.fix.cst.tapes import last_name
from gradcheck.fix.cst.tree import Tree


def setting_of(node: cst.BaseExpression) -> str:
    """The name of the setting that an expression reads: `cfg.width`, `cfg["width"]`, `width`; empty for any
    other expression."""
    match node:
        case cst.Name(word) | cst.Attribute(attr=cst.Name(word)):
            return word
        case cst.Subscript(slice=[cst.SubscriptElement(cst.Index(cst.SimpleString() as key))]):
            return str(key.evaluated_value)
    return ""


def values_of(tree: Tree, setting: str) -> Iterator[cst.BaseExpression]:
    """What a text gives a setting of this name: each value where it is written."""
    for node in tree.nodes:
        value = _value(node, setting)
        if value is not None:
            yield value


def _value(node: cst.CSTNode, setting: str) -> cst.BaseExpression | None:
    match node:
        case cst.AnnAssign(target, value=value) if setting_of(target) == setting:
            return value
        case cst.Assign([cst.AssignTarget(target)], value) if setting_of(target) == setting:
            return value
        case cst.Param(cst.Name(word), default=default) if word == setting:
            return default
        case cst.Arg(value, keyword=cst.Name(word)) if word == setting:
            return value
        case cst.DictElement(cst.SimpleString() as key, value) if key.evaluated_value == setting:
            return value
        case cst.Call() if last_name(node.func) == "add_argument":
            return _default(node, setting)
    return None


def _default(option: cst.Call, setting: str) -> cst.BaseExpression | None:
    """The default of a command line option."""
    words = [one.value.evaluated_value for one in option.args if isinstance(one.value, cst.SimpleString)]
    named = setting in [str(word).lstrip("-").replace("-", "_") for word in words]
    given = (one.value for one in option.args if one.keyword and one.keyword.value == "default")
    return next(given, None) if named else None
