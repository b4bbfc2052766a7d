"""Train on the loss that has the metric's name: `keras.losses.MeanSquaredError()`."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from gradcheck.finding import Finding
from gradcheck.kinds import Kind
from gradcheck.rewrite.names import names
from gradcheck.rewrite.repair import Repair
from gradcheck.rewrite.tapes import last_name
from gradcheck.rewrite.tree import Tree

REPAIR = Repair(
    __name__, kinds=(Kind.METRIC,), title="Use the loss in the metric's place", safe=False, keeps_value=False
)

_TWINS = {
    name: name
    for name in (
        "MeanSquaredError",
        "MeanAbsoluteError",
        "MeanAbsolutePercentageError",
        "MeanSquaredLogarithmicError",
        "BinaryCrossentropy",
        "CategoricalCrossentropy",
        "SparseCategoricalCrossentropy",
        "Poisson",
        "Hinge",
        "SquaredHinge",
        "CategoricalHinge",
    )
} | {"LogCoshError": "LogCosh", "KLDivergence": "KLDivergence"}


def mend(tree: Tree, finding: Finding) -> cst.Module | None:
    """The metric is made as a loss, if it is only ever called like one."""
    used = tree.find(finding.location, cst.Call, lambda call: bool(_made(tree, call.func)))
    made = _made(tree, used.func) if used else []
    if used is None or len(made) != 1 or not all(_called(tree, one) for one in _uses(tree, used.func, made)):
        return None
    twin = _twin(tree, made[0])
    args = [one for one in made[0].args if not one.keyword or one.keyword.value != "dtype"]
    return tree.change({made[0]: made[0].with_changes(func=twin, args=args)}) if twin else None


def _twin(tree: Tree, made: cst.Call) -> cst.BaseExpression | None:
    """The loss class as this file can write it: beside the metric, or as imported."""
    home, _, name = names(tree).called(made).rpartition(".")
    if home != "keras.metrics" or name not in _TWINS:
        return None
    if isinstance(made.func, cst.Attribute) and last_name(made.func.value) == "metrics":
        above = made.func.value
        if isinstance(above, cst.Attribute):
            owner = above.with_changes(attr=cst.Name("losses"))
            return cst.Attribute(owner, cst.Name(_TWINS[name]))
    spelt = names(tree).spell(f"keras.losses.{_TWINS[name]}")
    return tree.expression(spelt) if spelt else None


def _made(tree: Tree, called: cst.BaseExpression) -> list[cst.Call]:
    """The calls that make what a name or an attribute stands for."""
    if isinstance(called, cst.Call):
        return [called] if names(tree).called(called).startswith("keras.metrics.") else []
    assigns = [one for one in tree.every(cst.Assign) if any(_same(one.target, called) for one in one.targets)]
    made = [one.value for one in assigns if isinstance(one.value, cst.Call)]
    fits = [one for one in made if names(tree).called(one).startswith("keras.metrics.")]
    return fits if len(fits) == len(assigns) else []


def _same(one: cst.CSTNode, other: cst.CSTNode) -> bool:
    return one.deep_equals(other)


def _uses(tree: Tree, called: cst.BaseExpression, made: list[cst.Call]) -> Iterator[cst.CSTNode]:
    """Everything that names the metric but its assignment."""
    for node in tree.every(cst.BaseExpression):
        if node not in made and _same(node, called) and not isinstance(tree.parent(node), cst.AssignTarget):
            yield node


def _called(tree: Tree, node: cst.CSTNode) -> bool:
    above = tree.parent(node)
    return isinstance(above, cst.Call) and above.func is node
