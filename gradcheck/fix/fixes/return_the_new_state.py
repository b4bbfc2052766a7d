"""Return the new state of a recurrent cell, where its `call` gives back the one that it was handed."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst
from libcst import matchers as m

from gradcheck.fix.cst.bindings import bound_to
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.ZERO_PRODUCT,),
    title="Return the new state",
    safe=False,
    keeps_value=False,
    rank=81,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`return new, states` becomes `return new, [new]`, where `states` is a parameter that holds one."""
    found = tree.find(finding.location, cst.Return)
    function = tree.enclosing(found, cst.FunctionDef) if found else None
    given = found.value if found else None
    if function is None or not isinstance(given, cst.Tuple) or len(given.elements) != 2:
        return None
    new, old = (one.value for one in given.elements)
    if isinstance(new, cst.Name) and (state := _listed(tree, function, old)) is not None:
        return tree.change({state: cst.Name(new.value)}) if _continues(tree, new, state) else None
    if not isinstance(new, cst.Name) or not isinstance(old, cst.Name):
        return None
    parameters = {one.name.value for one in function.params.params}
    if old.value not in parameters or not _holds_one(tree, function, old.value, old):
        return None
    return tree.change({old: tree.expression(f"[{new.value}]")})


def _listed(tree: Tree, function: cst.FunctionDef, old: cst.BaseExpression) -> cst.Name | None:
    """The `prev` of `[prev]`, where that is the one state that the cell was handed."""
    inner = (
        old.elements[0].value if isinstance(old, cst.List | cst.Tuple) and len(old.elements) == 1 else None
    )
    given = bound_to(tree, inner) if isinstance(inner, cst.Name) else None
    owner = given.value if isinstance(given, cst.Subscript) else None
    if not isinstance(inner, cst.Name) or not isinstance(owner, cst.Name) or given is None:
        return None
    listed = {one.name.value for one in function.params.params}
    held = owner.value in listed and _holds_one(tree, function, owner.value)
    return inner if held and m.matches(given, _first_of(owner.value)) else None


_KEEP_SHAPE = (cst.Add, cst.Subtract, cst.Multiply)


def _continues(tree: Tree, new: cst.Name, state: cst.Name) -> bool:
    """Whether the output is made of the state before by sums and products that keep its shape, as `(1 - rate)
    * state + rate * candidate` is."""
    made = bound_to(tree, new)
    return isinstance(made, cst.BinaryOperation) and any(_beside(made, state.value))


def _beside(node: cst.BaseExpression, name: str) -> Iterator[cst.Name]:
    """The places of a name among the operands of sums and products."""
    if isinstance(node, cst.Name) and node.value == name:
        yield node
    elif isinstance(node, cst.BinaryOperation) and isinstance(node.operator, _KEEP_SHAPE):
        yield from _beside(node.left, name)
        yield from _beside(node.right, name)


def _holds_one(tree: Tree, function: cst.FunctionDef, states: str, beside: cst.Name | None = None) -> bool:
    """Whether nothing but the first of the states is read."""
    read = [one for one in tree.every(cst.Name, function.body) if one.value == states and one is not beside]
    return bool(read) and all(m.matches(tree.parent(one) or one, _first_of(states)) for one in read)


def _first_of(states: str) -> m.Subscript:
    return m.Subscript(m.Name(states), [m.SubscriptElement(m.Index(m.Integer("0")))])
