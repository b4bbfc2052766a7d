"""Train on the batch's own value, and only report the mean that a metric keeps of it."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.bodies import later
from gradcheck.fix.cst.expressions import bare
from gradcheck.fix.cst.flow import single, targets
from gradcheck.fix.cst.metrics import made
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tapes import last_name
from gradcheck.fix.cst.tree import Statement, Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__, kinds=(Kind.METRIC,), title="Train on the value itself", safe=False, keeps_value=False
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`mean.update_state(value)` and `loss = mean.result()` become `loss = value` and
    `mean.update_state(loss)`; `loss = mean(value)` becomes the same."""
    call = tree.find(
        finding.location, cst.Call, lambda call: len(call.args) == 1 and not call.args[0].keyword
    )
    line = tree.statement(call) if call else None
    small = single(line)
    if call is None or line is None:
        return None
    if isinstance(small, cst.Expr) and small.value is call and _is_mean(tree, _updated(call)):
        return _reported(tree, line, call, cst.ensure_type(call.func, cst.Attribute).value)
    if isinstance(small, cst.Assign) and small.value is call and _is_mean(tree, call.func):
        return _called(tree, line, call) if len(targets(line)) == 1 else None
    return None


def _updated(call: cst.Call) -> cst.BaseExpression | None:
    func = call.func
    return func.value if isinstance(func, cst.Attribute) and func.attr.value == "update_state" else None


def _is_mean(tree: Tree, metric: cst.BaseExpression | None) -> bool:
    """Whether a metric only keeps the mean of what it is given."""
    creation = made(tree, metric) if isinstance(metric, cst.Name | cst.Attribute) else None
    return names(tree).called(creation) == "keras.metrics.Mean"


def _reported(tree: Tree, line: Statement, call: cst.Call, metric: cst.BaseExpression) -> cst.Module | None:
    """The line that updates gives the value its name; the one that asks for the result updates."""
    asks = next((one for one in later(tree, line) if _asks(one, metric)), None)
    if asks is None or len(targets(asks)) != 1:
        return None
    name = targets(asks)[0]
    update = call.with_changes(args=[call.args[0].with_changes(value=cst.Name(name))])
    value = tree.statements(f"{name} = {_mean(tree, call.args[0].value)}")[0]
    first, second = (
        cst.ensure_type(line, cst.SimpleStatementLine),
        cst.ensure_type(asks, cst.SimpleStatementLine),
    )
    assign = cst.ensure_type(value, cst.SimpleStatementLine).body
    return tree.change(
        {first: first.with_changes(body=assign), second: second.with_changes(body=[cst.Expr(update)])}
    )


def _called(tree: Tree, line: Statement, call: cst.Call) -> cst.Module | None:
    name, plain = targets(line)[0], cst.ensure_type(line, cst.SimpleStatementLine)
    value = tree.statements(f"{name} = {_mean(tree, call.args[0].value)}")[0]
    update = tree.statements(f"{tree.code(call.func)}.update_state({name})")[0]
    assign = cst.ensure_type(value, cst.SimpleStatementLine).body
    return tree.change({plain: cst.FlattenSentinel([plain.with_changes(body=assign), update])})


def _mean(tree: Tree, value: cst.BaseExpression) -> str:
    """What the metric makes of one value, in the file's own words; what is reduced already stays."""
    spelt = (names(tree).spell(way) for way in ("tf.reduce_mean", "keras.ops.mean"))
    mean = next((one for one in spelt if one), None)
    reduced = isinstance(value, cst.Call) and last_name(value.func).startswith(("reduce_", "mean", "sum"))
    return bare(tree, value) if reduced or mean is None else f"{mean}({bare(tree, value)})"


def _asks(statement: Statement, metric: cst.BaseExpression) -> bool:
    small = single(statement)
    call = small.value if isinstance(small, cst.Assign) else None
    func = call.func if isinstance(call, cst.Call) and not call.args else None
    return isinstance(func, cst.Attribute) and func.attr.value == "result" and func.value.deep_equals(metric)
