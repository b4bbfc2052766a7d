"""Objects of TensorFlow Probability that a layer makes of its weights."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.classes import Method, method_of
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.properties import as_properties
from gradcheck.fix.cst.setup_lines import Line, lines_of
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.cst.unset import asked


def thawed(module: cst.Module, owner: str, attribute: str) -> cst.Module | None:
    """The module with everything evaluated on every call that would keep a weight's first value."""
    tree = Tree(module.code)
    method, seeds = _objects_of(tree, owner, attribute)
    changes = as_properties(tree, method, seeds) if method and seeds else {}
    return None if changes is None else tree.change(changes)


def _objects_of(tree: Tree, owner: str, attribute: str) -> tuple[Method | None, list[Line]]:
    """The lines of a class's constructor or `build` that hand an attribute to such an object."""
    for function in tree.every(cst.FunctionDef):
        method = method_of(tree, function)
        if method and method.owner.name.value == owner and method.name in ("__init__", "build"):
            lines = [
                line for line in lines_of(function, method.this) if _hands_over(tree, method, line, attribute)
            ]
            if lines:
                return method, lines
    return None, []


def _hands_over(tree: Tree, method: Method, line: Line, attribute: str) -> bool:
    calls = (call for call in tree.every(cst.Call, line.value) if names(tree).called(call).startswith("tfp."))
    return any(any(asked(tree, method, attribute, call)) for call in calls)
