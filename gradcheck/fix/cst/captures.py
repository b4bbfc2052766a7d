"""Where a value that is computed once goes into an attribute: in the method itself, or where it is called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import libcst as cst

from gradcheck.fix.cst.classes import Method, method_around, on_this
from gradcheck.fix.cst.keywords import with_keywords
from gradcheck.fix.cst.properties import as_properties
from gradcheck.fix.cst.setup_lines import Line, dependent, line_of, lines_of, reads_value, returned
from gradcheck.fix.cst.tree import Replacement, Tree

_DEEPEST = 3
_Captures = dict[Method, list[Line]]


def captures(tree: Tree, node: cst.CSTNode) -> Iterable[tuple[Method, list[Line]]]:
    """The lines, by method, from which attributes get their value that a node computes once."""
    found: _Captures = {}
    for method, line in _captures(tree, node, _DEEPEST):
        lines = found.setdefault(method, [])
        if line not in lines:
            lines.append(line)
    return found.items()


def _captures(tree: Tree, node: cst.CSTNode, depth: int) -> Iterator[tuple[Method, Line]]:
    method = method_around(tree, node)
    line = line_of(tree.statement(node), method.this) if method else None
    moved = dependent(tree, lines_of(method.function, method.this), [line]) if method and line else ()
    if method and line and any(one.attributes for one in moved):
        yield method, line
    elif depth and _is_returned(tree, node, moved):
        for call in _calls(tree, node):
            yield from _captures(tree, call, depth - 1)


def _is_returned(tree: Tree, node: cst.CSTNode, moved: Iterable[Line]) -> bool:
    """Whether what a node computes is what its function returns."""
    function = tree.enclosing(node, cst.FunctionDef)
    names = {name for line in moved for name in line.names}
    values = [*returned(function)] if function else []
    return any(value is node or value in tree.above(node) for value in values) or any(
        reads_value(tree, value, names, "", ()) for value in values
    )


def _calls(tree: Tree, node: cst.CSTNode) -> Iterator[cst.Call]:
    """The calls of the function around a node from code that runs once or helps it."""
    function = tree.enclosing(node, cst.FunctionDef)
    own = method_around(tree, node)
    name = function.name.value if function else ""
    for call in tree.every(cst.Call):
        called = call.func
        if own and isinstance(called, cst.Attribute) and called.attr.value == name:
            if on_this(tree, called):
                yield call
        elif not own and isinstance(called, cst.Name) and called.value == name:
            yield call


def evaluated_on_call(tree: Tree, node: cst.CSTNode) -> cst.Module | None:
    """The module with a property for every attribute that holds what a node computes once. The class's
    weights are named in a way that both Kerases take."""
    changes: dict[cst.CSTNode, Replacement] = {}
    owner = ""
    for method, seeds in captures(tree, node):
        owner = method.owner.name.value
        made = as_properties(tree, method, seeds)
        if made is None or changes.keys() & made.keys():
            return None
        changes.update(made)
    return with_keywords(Tree(tree.change(changes).code), owner) if changes else None
