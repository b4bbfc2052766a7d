"""Return the new state of a recurrent cell, where its `call` gives back the one that it was handed."""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

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
    if not isinstance(new, cst.Name) or not isinstance(old, cst.Name):
        return None
    parameters = {one.name.value for one in function.params.params}
    if old.value not in parameters or not _holds_one(tree, function, old):
        return None
    return tree.change({old: tree.expression(f"[{new.value}]")})


def _holds_one(tree: Tree, function: cst.FunctionDef, states: cst.Name) -> bool:
    """Whether nothing but the first of the states is read."""
    name = m.Name(states.value)
    first = m.Subscript(name, [m.SubscriptElement(m.Index(m.Integer("0")))])
    read = [one for one in tree.every(cst.Name, function.body) if m.matches(one, name) and one is not states]
    return bool(read) and all(m.matches(tree.parent(one) or one, first) for one in read)
