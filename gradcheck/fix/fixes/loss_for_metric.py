"""Train on the loss that has the metric's name: `keras.losses.MeanSquaredError()`."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.bodies import later
from gradcheck.fix.cst.expressions import argument
from gradcheck.fix.cst.flow import single
from gradcheck.fix.cst.metrics import made, mentions
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tapes import last_name
from gradcheck.fix.cst.tree import Replacement, Statement, Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.METRIC,),
    title="Use the loss in the metric's place",
    safe=False,
    keeps_value=False,
    rank=1,
)

_TWINS = {
    "MeanSquaredError": "MeanSquaredError",
    "MeanAbsoluteError": "MeanAbsoluteError",
    "MeanAbsolutePercentageError": "MeanAbsolutePercentageError",
    "MeanSquaredLogarithmicError": "MeanSquaredLogarithmicError",
    "BinaryCrossentropy": "BinaryCrossentropy",
    "CategoricalCrossentropy": "CategoricalCrossentropy",
    "SparseCategoricalCrossentropy": "SparseCategoricalCrossentropy",
    "KLDivergence": "KLDivergence",
    "Poisson": "Poisson",
    "Hinge": "Hinge",
    "SquaredHinge": "SquaredHinge",
    "CategoricalHinge": "CategoricalHinge",
    "LogCoshError": "LogCosh",
}
Changes = dict[cst.CSTNode, Replacement]


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """The metric is made as a loss, if it is called like one, or updated and asked for its result."""
    used = tree.find(finding.location, cst.Call, lambda call: _metric(tree, call) is not None)
    metric = _metric(tree, used) if used else _compiled(tree)
    creation = made(tree, metric) if metric else None
    twin = _twin(tree, creation) if creation else None
    calls = _called(tree, metric, used) if metric else None
    if creation is None or twin is None or calls is None:
        return None
    args = [one for one in creation.args if not one.keyword or one.keyword.value != "dtype"]
    if args != [*creation.args]:
        args = [*args[:-1], *(one.with_changes(comma=cst.MaybeSentinel.DEFAULT) for one in args[-1:])]
    return tree.change({creation: creation.with_changes(func=twin, args=args), **calls})


def _compiled(tree: Tree) -> cst.BaseExpression | None:
    """The one metric that a model is compiled with as its loss."""
    calls = (call for call in tree.every(cst.Call) if last_name(call.func) == "compile")
    given = [one for call in calls if (one := argument(call, 1, "loss")) is not None]
    metrics = [one for one in given if isinstance(one, cst.Call | cst.Name) and made(tree, one)]
    return metrics[0] if len(metrics) == 1 else None


def _metric(tree: Tree, call: cst.Call) -> cst.BaseExpression | None:
    """The metric that a call calls, updates, or makes."""
    func = call.func
    owner = func.value if isinstance(func, cst.Attribute) and func.attr.value == "update_state" else func
    if names(tree).called(call).startswith("keras.metrics."):
        return call
    return owner if isinstance(owner, cst.Name | cst.Attribute) and made(tree, owner) else None


def _called(tree: Tree, metric: cst.BaseExpression, used: cst.Call | None) -> Changes | None:
    """What turns the uses of a metric into calls of a loss; None where it is used otherwise."""
    around = [*mentions(tree, metric)]
    if isinstance(metric, cst.Call) or all(_calls(one, metric) for one in around):
        return {}
    if used is None:
        return {} if len(around) == 1 else None
    line = tree.statement(used)
    asked = _result_behind(tree, line, metric) if line else None
    updates = isinstance(single(line), cst.Expr) and len(used.args) > 1 and used.func is not metric
    if line is None or asked is None or not updates or len(around) != 2:
        return None
    call = used.with_changes(func=metric)
    return {line: cst.RemoveFromParent(), asked: call}


def _calls(node: cst.CSTNode, metric: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Call) and node.func.deep_equals(metric)


def _result_behind(tree: Tree, line: Statement, metric: cst.BaseExpression) -> cst.Call | None:
    """`loss = metric.result()` on the next line."""
    small = single(next(iter(later(tree, line)), None))
    call = small.value if isinstance(small, cst.Assign) else None
    func = call.func if isinstance(call, cst.Call) and not call.args else None
    asks = isinstance(func, cst.Attribute) and func.attr.value == "result" and func.value.deep_equals(metric)
    return call if asks and isinstance(call, cst.Call) else None


def _twin(tree: Tree, creation: cst.Call) -> cst.BaseExpression | None:
    """The loss class as this file can write it: beside the metric, or as imported."""
    home, _, name = names(tree).called(creation).rpartition(".")
    if home != "keras.metrics" or name not in _TWINS:
        return None
    above = creation.func.value if isinstance(creation.func, cst.Attribute) else None
    if isinstance(above, cst.Attribute) and last_name(above) == "metrics":
        return cst.Attribute(above.with_changes(attr=cst.Name("losses")), cst.Name(_TWINS[name]))
    spelt = names(tree).spell(f"keras.losses.{_TWINS[name]}")
    return tree.expression(spelt) if spelt else None
