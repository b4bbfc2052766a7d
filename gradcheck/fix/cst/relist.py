"""Lists of variables that a gradient is asked for, and the same list wherever it stands again."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from gradcheck.fix.cst.expressions import argument, fresh
from gradcheck.fix.cst.flow import single, targets
from gradcheck.fix.cst.lines import beside, function_of, line_of
from gradcheck.fix.cst.tapes import Tape, is_zip, last_name, questions, tapes
from gradcheck.fix.cst.tree import Changes, Replacement, Tree


def asked(tree: Tree, listed: cst.BaseExpression) -> tuple[cst.Call, Tape] | None:
    """The gradient call that gets the list, itself or by the name it is bound to."""
    names = targets(line) if (line := tree.statement(listed)) and single(line) else ()
    for tape in tapes(tree):
        for call in questions(tree, tape):
            sources = argument(call, 1, "sources")
            by_name = isinstance(sources, cst.Name) and (sources.value,) == names
            if sources is listed or (by_name and function_of(tree, call) is function_of(tree, listed)):
                return call, tape
    return None


def exchanged(tree: Tree, call: cst.Call, listed: cst.BaseExpression, new: str) -> Changes:
    """Another list in the place of one, there and where these gradients are zipped with it."""
    places = (listed, *_copies(tree, call, listed), *_copies_of_callers(tree, call, listed))
    return {one: tree.expression(new) for one in places}


def longer(tree: Tree, call: cst.Call, listed: cst.BaseExpression, new: str) -> Changes:
    """A longer list in the place of one; it gets a name where it stands more than once."""
    changes: dict[cst.CSTNode, Replacement] = {**exchanged(tree, call, listed, new)}
    line, near = line_of(tree, call), (listed, *_copies(tree, call, listed))
    name = fresh(tree, function_of(tree, call), "variables", "trainable")
    if len(near) > 1 and line and name and listed in {one.value for one in call.args}:
        named: dict[cst.CSTNode, Replacement] = {one: cst.Name(name) for one in near}
        return {**changes, **named, line: beside(tree, [f"{name} = {new}"])}
    return changes


def _copies(tree: Tree, call: cst.Call, listed: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """The same list where these gradients are zipped with it, and where an optimizer is built for it."""
    line = tree.statement(call)
    names = targets(line) if line else ()
    inside = function_of(tree, call)
    for other in tree.every(cst.Call):
        given = [one.value for one in other.args]
        zipped = is_zip(other) and _is_one(given[0], names, call)
        built = last_name(other.func) == "build" and len(given) == 1
        if zipped and function_of(tree, other) is inside and given[1].deep_equals(listed):
            yield given[1]
        elif built and given[0].deep_equals(listed):
            yield given[0]


def _copies_of_callers(
    tree: Tree, call: cst.Call, listed: cst.BaseExpression
) -> Iterator[cst.BaseExpression]:
    """The same list where functions zip something with it that call for the gradients which this one
    returns."""
    inside = function_of(tree, call)
    if not isinstance(inside, cst.FunctionDef) or tree.enclosing(call, cst.Return) is None:
        return
    for other in tree.every(cst.Call):
        caller = function_of(tree, other)
        given = [one.value for one in other.args]
        zipped = is_zip(other) and given[1].deep_equals(listed)
        if zipped and caller is not inside and _calls(tree, caller, inside.name.value):
            yield given[1]


def _calls(tree: Tree, caller: cst.CSTNode, name: str) -> bool:
    return any(last_name(one.func) == name for one in tree.every(cst.Call, caller))


def _is_one(node: cst.CSTNode, names: tuple[str, ...], call: cst.Call) -> bool:
    return node is call or (isinstance(node, cst.Name) and names == (node.value,))
