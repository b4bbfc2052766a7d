"""Calls of a text's own functions, and the arguments of a call."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from gradcheck.fix.cst.tapes import last_name
from gradcheck.fix.cst.tree import Tree

_DEEPEST = 3


def carried(tree: Tree, node: cst.CSTNode, depth: int = _DEEPEST) -> Iterator[cst.CSTNode]:
    """A node, and every call that runs it: of the function it stands in, of the one around that call ..."""
    yield node
    function = tree.enclosing(node, cst.FunctionDef)
    if function is not None and depth:
        for call in calls_of(tree, function):
            yield from carried(tree, call, depth - 1)


def calls_of(tree: Tree, function: cst.FunctionDef) -> Iterator[cst.Call]:
    """The calls that can only mean a function of this text: no other has its name."""
    name = function.name.value
    if sum(one.name.value == name for one in tree.every(cst.FunctionDef)) == 1:
        yield from (call for call in tree.every(cst.Call) if last_name(call.func) == name)


def is_method(call: cst.Call, name: str) -> bool:
    """Whether a call is one of a method of this name."""
    return isinstance(call.func, cst.Attribute) and call.func.attr.value == name


def keyword(call: cst.Call, name: str) -> cst.Arg | None:
    """A call's argument of a name."""
    return next((one for one in call.args if one.keyword and one.keyword.value == name), None)


def named_argument(name: str, value: cst.BaseExpression) -> cst.Arg:
    """`name=value`."""
    return named(cst.Arg(value), name)


def named(arg: cst.Arg, name: str) -> cst.Arg:
    """A listed argument under its name."""
    tight = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
    return arg.with_changes(keyword=cst.Name(name), equal=tight)


def with_argument(call: cst.Call, arg: cst.Arg) -> cst.Call:
    """A call with one more argument, written as its others are."""
    if not call.args:
        return call.with_changes(args=[arg])
    *rest, last = call.args
    comma = (rest or [last])[-1].comma
    ended = arg.with_changes(comma=last.comma, whitespace_after_arg=last.whitespace_after_arg)
    before = last.with_changes(comma=comma, whitespace_after_arg=cst.SimpleWhitespace(""))
    return call.with_changes(args=[*rest, before, ended])


def without(call: cst.Call, arg: cst.Arg) -> cst.Call:
    """A call without one of its arguments."""
    left = [one for one in call.args if one is not arg]
    if left and arg is call.args[-1]:
        left[-1] = left[-1].with_changes(comma=arg.comma, whitespace_after_arg=arg.whitespace_after_arg)
    return call.with_changes(args=left)
