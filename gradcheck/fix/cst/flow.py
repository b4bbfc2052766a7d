"""Which names a piece of code reads and binds: what may change places with what.

A name is dotted as it is written (`loss`, `self.memory`); reading `self.memory.shape` reads `self.memory` and
`self` as well, and writing an item or calling a method that changes things counts as binding its owner.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import libcst as cst
from libcst.helpers import get_full_name_for_node

_CHANGES_ITS_OWNER = ("assign", "append", "extend", "insert", "pop", "update", "add", "clear", "write")


def reads(node: cst.CSTNode) -> frozenset[str]:
    """Every dotted name that a node reads."""
    return frozenset(_reads(node))


def binds(node: cst.CSTNode) -> frozenset[str]:
    """Every dotted name that a node gives a new meaning or changes in place."""
    return frozenset(_binds(node)) | frozenset(_changes(node))


def rebinds(node: cst.CSTNode) -> frozenset[str]:
    """Every dotted name that a node gives a new meaning."""
    return frozenset(_binds(node))


def parameters(function: cst.FunctionDef) -> frozenset[str]:
    """The names of a function's parameters."""
    of = function.params
    listed = [*of.posonly_params, *of.params, *of.kwonly_params, of.star_arg, of.star_kwarg]
    return frozenset(one.name.value for one in listed if isinstance(one, cst.Param))


def targets(statement: cst.CSTNode) -> tuple[str, ...]:
    """The plain names that one assignment binds, in order; none if it binds anything else."""
    assign = single(statement)
    if not isinstance(assign, cst.Assign) or len(assign.targets) != 1:
        return ()
    target = assign.targets[0].target
    elements = [one.value for one in target.elements] if isinstance(target, cst.Tuple) else [target]
    names = tuple(one.value for one in elements if isinstance(one, cst.Name))
    return names if len(names) == len(elements) else ()


def single(statement: cst.CSTNode | None) -> cst.BaseSmallStatement | None:
    """The one small statement of a line."""
    if isinstance(statement, cst.SimpleStatementLine) and len(statement.body) == 1:
        return statement.body[0]
    return None


def touches(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two sets of dotted names meet: `self.w` and `self` do, `self.w` and `self.b` do not."""
    return any(_inside(a, b) or _inside(b, a) for a in one for b in other)


def _inside(name: str, owner: str) -> bool:
    return name == owner or name.startswith(owner + ".")


def _reads(node: cst.CSTNode) -> Iterator[str]:
    if isinstance(node, cst.Attribute | cst.Name):
        yield get_full_name_for_node(node) or ""
        if isinstance(node, cst.Name) or get_full_name_for_node(node):
            return
    if isinstance(node, cst.Attribute):
        yield from _reads(node.value)
        return
    if isinstance(node, cst.Arg | cst.Param):
        yield from _of(node.value if isinstance(node, cst.Arg) else node.default)
        return
    if isinstance(node, cst.Assign):
        yield from _of(node.value)
        yield from _of_targets(target.target for target in node.targets)
        return
    if isinstance(node, cst.AnnAssign):
        yield from _of(node.value)
        yield from _of_targets([node.target])
        return
    for child in node.children:
        yield from _reads(child)


def _of(node: cst.CSTNode | None) -> Iterator[str]:
    if node is not None:
        yield from _reads(node)


def _of_targets(nodes: Iterable[cst.CSTNode]) -> Iterator[str]:
    """What assigning to a target reads: the owner and the index, not the name itself."""
    for node in nodes:
        if isinstance(node, cst.Tuple | cst.List):
            yield from _of_targets(element.value for element in node.elements)
        elif isinstance(node, cst.Attribute):
            yield from _reads(node.value)
        elif not isinstance(node, cst.Name):
            yield from _reads(node)


def _binds(node: cst.CSTNode) -> Iterator[str]:
    if isinstance(
        node, cst.AssignTarget | cst.AugAssign | cst.AnnAssign | cst.For | cst.NamedExpr | cst.CompFor
    ):
        yield from _bound(node.target)
    elif isinstance(node, cst.AsName):
        yield from _bound(node.name)
    elif isinstance(node, cst.ImportAlias):
        yield node.evaluated_alias or node.evaluated_name.partition(".")[0]
    elif isinstance(node, cst.Del):
        yield from _bound(node.target)
    if isinstance(node, cst.FunctionDef | cst.ClassDef):
        yield node.name.value
    elif not isinstance(node, cst.Lambda):
        for child in node.children:
            yield from _binds(child)


def _changes(node: cst.CSTNode) -> Iterator[str]:
    """The owners of methods that change them."""
    func = node.func if isinstance(node, cst.Call) else None
    if isinstance(func, cst.Attribute) and func.attr.value.startswith(_CHANGES_ITS_OWNER):
        yield from _bound(func.value)
    if not isinstance(node, cst.FunctionDef | cst.ClassDef | cst.Lambda):
        for child in node.children:
            yield from _changes(child)


def _bound(node: cst.CSTNode) -> Iterator[str]:
    if isinstance(node, cst.Tuple | cst.List):
        for element in node.elements:
            yield from _bound(element.value)
    elif isinstance(node, cst.Subscript | cst.StarredElement):
        yield from _bound(node.value)
    elif (name := get_full_name_for_node(node)) is not None:
        yield name
