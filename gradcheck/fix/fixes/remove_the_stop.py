"""Take away the `stop_gradient` that ends a weight's only path."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from gradcheck.fix.cst.bodies import block_of, statements_of
from gradcheck.fix.cst.expressions import bare, fitting
from gradcheck.fix.cst.tapes import last_name
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.STOPPED,),
    title="Remove the stop_gradient",
    safe=False,
    rank=1,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """The call is replaced by what it stops, unless it is half of a straight-through estimator."""
    call = tree.find(finding.location, cst.Call, lambda call: last_name(call.func) == "stop_gradient")
    if call is None or len(call.args) != 1 or call.args[0].star or _estimates(tree, call):
        return None
    return tree.change({one: _unstopped(tree, one) for one in (call, *_twins(tree, call))})


def _unstopped(tree: Tree, call: cst.Call) -> cst.BaseExpression:
    return fitting(tree, call, bare(tree, call.args[0].value))


def _twins(tree: Tree, call: cst.Call) -> Iterator[cst.Call]:
    """The same stop on lines beside it that differ in numbers only: `p1 = ...`, `p2 = ...`."""
    line = tree.statement(call)
    block = block_of(tree, line) if line else None
    for other in statements_of(block) if block and isinstance(line, cst.SimpleStatementLine) else ():
        if other is not line and _numberless(tree, other) == _numberless(tree, line):
            yield from (
                one
                for one in tree.every(cst.Call, other)
                if _numberless(tree, one) == _numberless(tree, call)
            )


def _numberless(tree: Tree, node: cst.CSTNode | None) -> str:
    return re.sub(r"\d+", "", tree.code(node).strip()) if node else ""


def _estimates(tree: Tree, call: cst.Call) -> bool:
    """Whether it is the correction in `soft + stop_gradient(hard - soft)`."""
    inner, above = call.args[0].value, tree.parent(call)
    if not (isinstance(inner, cst.BinaryOperation) and isinstance(inner.operator, cst.Subtract)):
        return False
    sides = [above.left, above.right] if isinstance(above, cst.BinaryOperation) else []
    return any(side.deep_equals(inner.right) for side in sides)
