"""The shape of a layer's input where `call()` asks for it, as `build()` can write it."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from gradcheck.fix.cst.classes import Method
from gradcheck.fix.cst.expressions import fitting
from gradcheck.fix.cst.reading import bound, dotted, read
from gradcheck.fix.cst.tree import Tree, changed

Shapes = Iterator[tuple[cst.CSTNode, cst.BaseExpression]]


def shapes_in(tree: Tree, method: Method, node: cst.CSTNode, shape: str) -> Shapes:
    """Every part of an expression that is the input's shape, or a local that follows from nothing else, with
    what it is where the shape has another name."""
    parameters = method.function.params.params
    first = parameters[1].name.value if len(parameters) > 1 else ""
    yield from _asked(tree, method, first, node, shape)
    for one in read(node):
        value = _computed(tree, method, one, first, shape)
        if value is not None:
            yield one, fitting(tree, one, tree.code(value))


def _asked(tree: Tree, method: Method, first: str, node: cst.CSTNode, shape: str) -> Shapes:
    """`x.shape`, where `x` still is the input."""
    for one in tree.every(cst.Attribute, node):
        if first and dotted(one) == f"{first}.shape" and not _bound_before(tree, method, first, one):
            yield one, cst.Name(shape)


def _computed(
    tree: Tree, method: Method, name: cst.Name, first: str, shape: str
) -> cst.BaseExpression | None:
    """What the one line that binds a local computes from the shape."""
    targets = [
        one
        for one in tree.every(cst.AssignTarget, method.function)
        if name.value in bound(one.target) and tree.line(one) < tree.line(name)
    ]
    assign = tree.parent(targets[0]) if len(targets) == 1 else None
    if not isinstance(assign, cst.Assign) or _bound_otherwise(tree, method, name.value):
        return None
    asked = dict(_asked(tree, method, first, assign.value, shape))
    inside = {id(one) for node in asked for one in tree.every(cst.Name, node)}
    local = {one for target in tree.every(cst.AssignTarget, method.function) for one in bound(target.target)}
    needed = {one.value for one in read(assign.value) if id(one) not in inside}
    if not asked or needed & (local | bound(method.function.params) - {method.this}):
        return None
    value = asked.get(assign.value) or changed(assign.value, asked)
    return _element(value, targets[0].target, name.value)


def _element(value: cst.BaseExpression, target: cst.BaseExpression, name: str) -> cst.BaseExpression | None:
    """What a target's name is given of a value: with several names the item at its place."""
    if isinstance(target, cst.Name):
        return value
    names = [one.value for one in target.elements] if isinstance(target, cst.Tuple) else []
    plain = isinstance(value, cst.Name) and all(isinstance(one, cst.Name) for one in names)
    places = [n for n, one in enumerate(names) if plain and one.deep_equals(cst.Name(name))]
    if len(places) != 1:
        return None
    return cst.Subscript(value, [cst.SubscriptElement(cst.Index(cst.Integer(str(places[0]))))])


def _bound_before(tree: Tree, method: Method, name: str, node: cst.CSTNode) -> bool:
    targets = tree.every(cst.AssignTarget, method.function)
    return any(name in bound(one.target) and tree.line(one) < tree.line(node) for one in targets)


def _bound_otherwise(tree: Tree, method: Method, name: str) -> bool:
    """Whether a loop, a comprehension or an operator with `=` binds a name too."""
    others = (cst.AugAssign, cst.For, cst.CompFor, cst.NamedExpr, cst.AnnAssign)
    return any(
        isinstance(node, others) and name in bound(node.target)
        for node in tree.every(cst.CSTNode, method.function)
    )
