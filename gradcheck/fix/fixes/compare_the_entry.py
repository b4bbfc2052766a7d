"""Compare the codebook's entry itself with what it stands for, not its straight-through estimate."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from gradcheck.fix.cst.expressions import bare, fresh, uses
from gradcheck.fix.cst.lines import assigned, beside, function_of, line_of
from gradcheck.fix.cst.tapes import last_name
from gradcheck.fix.cst.tree import Replacement, Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(__name__, kinds=(Kind.STOPPED,), title="Compare the entry itself", safe=False)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """In `estimate = z + stop_gradient(entry - z)` the entry gets a name, and every difference of the
    estimate and `z` becomes one of the entry and `z`."""
    stop = tree.find(finding.location, cst.Call, lambda call: last_name(call.func) == "stop_gradient")
    line = line_of(tree, stop) if stop else None
    named = assigned(line) if line else None
    parts = _estimate(named[1], stop) if named and stop else None
    if line is None or named is None or parts is None:
        return None
    entry, given = parts
    compared = [*_compared(tree, named[0], given)]
    name = (
        entry.value
        if isinstance(entry, cst.Name)
        else fresh(tree, function_of(tree, line), "entry", "nearest")
    )
    if not compared or name is None:
        return None
    changes: dict[cst.CSTNode, Replacement] = {one: cst.Name(name) for one in compared}
    if entry is not None and not isinstance(entry, cst.Name):
        changes |= {entry: cst.Name(name), line: beside(tree, [f"{name} = {bare(tree, entry)}"])}
    return tree.change(changes)


def _estimate(
    value: cst.BaseExpression, stop: cst.Call
) -> tuple[cst.BaseExpression, cst.BaseExpression] | None:
    """The entry and what it stands for, in `given + stop_gradient(entry - given)`."""
    inner = stop.args[0].value if len(stop.args) == 1 else None
    if not isinstance(value, cst.BinaryOperation) or not isinstance(value.operator, cst.Add):
        return None
    given = value.left if value.right is stop else value.right if value.left is stop else None
    if not isinstance(inner, cst.BinaryOperation) or not isinstance(inner.operator, cst.Subtract):
        return None
    return (inner.left, given) if given is not None and inner.right.deep_equals(given) else None


def _compared(tree: Tree, estimate: cst.Name, given: cst.BaseExpression) -> Iterator[cst.Name]:
    """Where the estimate stands in a difference from what it is an estimate of, stopped or not."""
    for one in uses(tree, estimate.value, function_of(tree, estimate)):
        operand = _with_stop(tree, one)
        pair = tree.parent(operand)
        if isinstance(pair, cst.BinaryOperation) and isinstance(pair.operator, cst.Subtract):
            other = pair.right if pair.left is operand else pair.left
            if _stopped(other).deep_equals(given):
                yield one


def _with_stop(tree: Tree, node: cst.BaseExpression) -> cst.BaseExpression:
    argument = tree.parent(node)
    call = tree.parent(argument) if isinstance(argument, cst.Arg) else None
    return call if isinstance(call, cst.Call) and last_name(call.func) == "stop_gradient" else node


def _stopped(node: cst.BaseExpression) -> cst.BaseExpression:
    stops = isinstance(node, cst.Call) and last_name(node.func) == "stop_gradient" and len(node.args) == 1
    return node.args[0].value if stops and isinstance(node, cst.Call) else node
