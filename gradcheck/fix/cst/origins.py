"""What an expression stands for, through names, attributes, arguments and methods, where that is sure."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from gradcheck.fix.cst.bindings import bound_to
from gradcheck.fix.cst.expressions import argument
from gradcheck.fix.cst.models import assignments, given_to
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tapes import last_name
from gradcheck.fix.cst.tree import Tree

_DEEPEST = 5
_THIS = ("self", "cls")


def origin(tree: Tree, node: cst.BaseExpression, depth: int = _DEEPEST) -> cst.BaseExpression:
    """The expression that gives a value, as far back as this text has only one way: what a name or an
    attribute is bound to, a parameter is given (or its default), a method returns, `initializers.get` is
    asked for; else the node itself."""
    before = _one_step(tree, node) if depth else None
    return node if before is None else origin(tree, before, depth - 1)


def _one_step(tree: Tree, node: cst.BaseExpression) -> cst.BaseExpression | None:
    match node:
        case cst.Name():
            return bound_to(tree, node) or _of_parameter(tree, node) or _of_module(tree, node)
        case cst.Attribute(value=cst.Name("self")):
            given = [value for target, value in assignments(tree) if _is_same(tree, target, node)]
            return given[0] if len(given) == 1 else None
        case cst.Call(func=cst.Attribute(value=cst.Name("self"), attr=cst.Name(name))):
            return _returned(tree, node, name)
        case cst.Call() if names(tree).called(node).endswith(".get"):
            return argument(node, 0, "identifier")
    return None


def _is_same(tree: Tree, target: cst.BaseExpression, node: cst.Attribute) -> bool:
    """Whether an assignment is to this attribute of the same class."""
    owners = (tree.enclosing(one, cst.ClassDef) for one in (target, node))
    return target.deep_equals(node) and next(owners) is next(owners)


def _of_module(tree: Tree, node: cst.Name) -> cst.BaseExpression | None:
    """What the module binds a name to that nothing else binds."""
    given = given_to(tree, node.value)
    return given[0] if len(given) == 1 and tree.enclosing(given[0], cst.FunctionDef) is None else None


def _returned(tree: Tree, call: cst.Call, name: str) -> cst.BaseExpression | None:
    """What the one `return` of a method of the same class gives."""
    owner = tree.enclosing(call, cst.ClassDef)
    made = [one for one in tree.every(cst.FunctionDef, owner) if one.name.value == name] if owner else []
    returns = [*tree.every(cst.Return, made[0])] if len(made) == 1 else []
    return returns[0].value if len(returns) == 1 else None


def _of_parameter(tree: Tree, node: cst.Name) -> cst.BaseExpression | None:
    """What the calls of the function around give a parameter: one of them, or all leave its default."""
    function = tree.enclosing(node, cst.FunctionDef)
    found = _parameter(function, node.value) if function is not None else None
    if function is None or found is None:
        return None
    place, default = found
    given = [argument(call, place, node.value) for call in _calls(tree, function)]
    known = [one for one in given if one is not None]
    return default if not known else known[0] if len(given) == 1 else None


def _parameter(function: cst.FunctionDef, name: str) -> tuple[int, cst.BaseExpression | None] | None:
    """A parameter's place among a call's arguments, and its default."""
    listed = [*function.params.params]
    at = 1 if listed and listed[0].name.value in _THIS else 0
    for place, one in enumerate([*listed[at:], *function.params.kwonly_params]):
        if one.name.value == name:
            return place, one.default
    return None


def _calls(tree: Tree, function: cst.FunctionDef) -> Iterator[cst.Call]:
    """The calls by a function's name; of a constructor, those of its class."""
    owner = tree.enclosing(function, cst.ClassDef)
    made = owner is not None and function.name.value == "__init__"
    name = owner.name.value if owner is not None and made else function.name.value
    for call in tree.every(cst.Call):
        if last_name(call.func) == name and not _of_super(call):
            yield call


def _of_super(call: cst.Call) -> bool:
    func = call.func
    return isinstance(func, cst.Attribute) and isinstance(func.value, cst.Call)
