"""Give a layer the variable that it takes from the module: as a weight of its own."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.added_weights import as_weight, is_variable
from gradcheck.fix.cst.bodies import indented, statements_of
from gradcheck.fix.cst.classes import Method, free_attribute, method_around, methods
from gradcheck.fix.cst.expressions import uses
from gradcheck.fix.cst.layers import is_layer
from gradcheck.fix.cst.places import behind
from gradcheck.fix.cst.setup_lines import Line, line_of
from gradcheck.fix.cst.tree import Replacement, Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.UNTRACKED,),
    title="Make the variable a weight of the layer",
    safe=False,
    rank=5,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """A global `tf.Variable` that only one layer uses becomes a weight that its constructor adds."""
    node = tree.find(finding.location, cst.BaseExpression)
    method = method_around(tree, node) if node else None
    if node is None or method is None or not is_layer(tree, method.owner):
        return None
    lines = [line for one in tree.module.body if (line := line_of(one, "")) and _read_in(tree, line, node)]
    setup = methods(method.owner).get("__init__")
    block = indented(setup) if setup else None
    if len(lines) != 1 or block is None or setup is None:
        return None
    made = Method(method.owner, setup)
    name = next(iter(lines[0].names))
    weight = as_weight(tree, cst.ensure_type(lines[0].value, cst.Call), name, made.this)
    own = _own(tree, method, lines[0])
    if weight is None or own is None or free_attribute(tree, name) != name:
        return None
    added = tree.statements(f"{made.this}.{name} = {tree.code(weight)}")[0]
    return tree.change(
        {**own, lines[0].node: cst.RemoveFromParent(), statements_of(block)[-1]: behind(added)}
    )


def _read_in(tree: Tree, line: Line, node: cst.CSTNode) -> bool:
    """Whether a line makes a variable that an expression reads."""
    named = isinstance(line.target, cst.Name) and is_variable(tree, line.value)
    return named and any(any(uses(tree, name, node)) for name in line.names)


def _own(tree: Tree, method: Method, line: Line) -> dict[cst.CSTNode, Replacement] | None:
    """Every use as an attribute, if all are in methods of the one class."""
    name = next(iter(line.names))
    changes: dict[cst.CSTNode, Replacement] = {}
    for one in uses(tree, name, tree.module):
        around = method_around(tree, one)
        if one is line.target:
            continue
        if around is None or around.owner is not method.owner or tree.parent(one) is around.function.params:
            return None
        changes[one] = cst.Attribute(cst.Name(around.this), cst.Name(name), lpar=one.lpar, rpar=one.rpar)
    return changes
