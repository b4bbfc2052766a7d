"""Return a layer itself, not a function that calls it: then the layer that it activates lists it."""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

from gradcheck.fix.cst.bindings import bound_to
from gradcheck.fix.cst.layers import makes_layer
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.UNTRACKED,),
    title="Return the layer itself",
    safe=False,
    rank=8,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`return lambda x: act(x)` becomes `return act`, where `act` is one of Keras' layers."""
    node = tree.find(finding.location, cst.Call)
    function = tree.enclosing(node, cst.Lambda) if node is not None else None
    layer = _only_called(function) if function is not None else None
    if function is None or layer is None or not isinstance(tree.parent(function), cst.Return):
        return None
    made = bound_to(tree, layer)
    return tree.change({function: layer}) if made is not None and makes_layer(tree, made) else None


def _only_called(function: cst.Lambda) -> cst.Name | None:
    """The `act` of `lambda x: act(x)`."""
    listed = function.params.params
    if len(listed) != 1 or len(function.params.children) != 1 or listed[0].default is not None:
        return None
    call = m.Call(m.Name(), [m.Arg(m.Name(listed[0].name.value), keyword=None, star="")])
    body = function.body
    if not isinstance(body, cst.Call) or not m.matches(body, call):
        return None
    return body.func if isinstance(body.func, cst.Name) else None
