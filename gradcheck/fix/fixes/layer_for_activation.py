"""Make a layer of an activation function that uses a variable: then the layer that it activates lists it."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.expressions import fresh, uses
from gradcheck.fix.cst.function_layers import (
    as_call,
    camel,
    captured_lines,
    layer_class,
    name_of,
    rebound,
    weight_of,
)
from gradcheck.fix.cst.tree import Replacement, Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.UNTRACKED,),
    title="Make a layer of the activation function",
    safe=False,
    rank=7,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`Dense(3, activation=f)` becomes `Dense(3, activation=F())`, where `F` is a layer with the variables
    that `f` takes from the module."""
    node = tree.find(finding.location, cst.BaseExpression)
    function = tree.enclosing(node, cst.FunctionDef) if node else None
    if function is None or function.decorators or tree.parent(function) is not tree.module:
        return None
    place = _activates(tree, function)
    weights = {line: weight_of(tree, line) for line in captured_lines(tree, function)}
    own = {name_of(line): name_of(line) for line in weights}
    if place is None or not weights or not all(weights.values()) or rebound(tree, function, own):
        return None
    name = fresh(tree, tree.module, camel(function.name.value), f"{camel(function.name.value)}Layer")
    call = as_call(tree, function, own)
    setup = [f"self.{name_of(line)} = {code}" for line, code in weights.items()]
    layer = layer_class(tree, name, [], setup, call) if name and call else None
    if layer is None or not all(_alone(tree, function, name_of(line)) for line in weights):
        return None
    changes: dict[cst.CSTNode, Replacement] = {line.node: cst.RemoveFromParent() for line in weights}
    changes[function] = layer.with_changes(leading_lines=function.leading_lines)
    return tree.change({**changes, place: tree.expression(f"{layer.name.value}()")})


def _activates(tree: Tree, function: cst.FunctionDef) -> cst.Name | None:
    """The one place that names the function, as the activation of a layer made in the module."""
    used = [one for one in uses(tree, function.name.value, tree.module) if one is not function.name]
    given = tree.parent(used[0]) if len(used) == 1 else None
    word = given.keyword.value if isinstance(given, cst.Arg) and given.keyword else ""
    return used[0] if word == "activation" and tree.enclosing(used[0], cst.FunctionDef) is None else None


def _alone(tree: Tree, function: cst.FunctionDef, name: str) -> bool:
    """Whether a variable is used in the function and nowhere else."""
    found = [one for one in uses(tree, name, tree.module) if function not in [*tree.above(one)]]
    return len(found) == 1
