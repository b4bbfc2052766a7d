"""Add up the terms of a loss that a loop only keeps the last of: `total += term` for `total = term`."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from gradcheck.fix.cst.expressions import fresh, uses
from gradcheck.fix.cst.flow import reads, targets
from gradcheck.fix.cst.lines import function_of
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.NOT_IN_LOSS, Kind.DEAD_VALUE),
    title="Add up the terms, of which only the last one is kept",
    safe=False,
    keeps_value=False,
    rank=1,
)
_ZEROS = ("0", "0.0", "0.", "tf.constant(0.0)", "tf.constant(0.)")
_FILLED = frozenset({"tf.zeros", "tf.zeros_like", "keras.ops.zeros", "keras.ops.zeros_like"})


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """The one name that starts at zero before a loop, is overwritten in it and read only below it: by all of
    a value, or by one of several, `x, total = f(x)`."""
    node = tree.find(finding.location, cst.BaseExpression)
    inside = function_of(tree, node) if node else tree.module
    found = [*_overwritten(tree, inside)] or [*_overwritten(tree, tree.module)]
    if len(found) != 1:
        return None
    assign, name = found[0]
    if isinstance(assign.targets[0].target, cst.Tuple):
        return _one_of_several(tree, inside, assign, name)
    return tree.change({assign: cst.AugAssign(cst.Name(name), cst.AddAssign(), assign.value)})


def _one_of_several(tree: Tree, inside: cst.CSTNode, assign: cst.Assign, name: str) -> cst.Module | None:
    """The part gets a name of its own, and a line behind adds it."""
    line, own = tree.statement(assign), fresh(tree, inside, f"next_{name}", f"{name}_part", f"new_{name}")
    part = next(one for one in tree.every(cst.Name, assign.targets[0].target) if one.value == name)
    if own is None or not isinstance(line, cst.SimpleStatementLine):
        return None
    taken = line.with_deep_changes(part, value=own)
    added = tree.statements(f"{name} = {name} + {own}")
    return tree.change({line: cst.FlattenSentinel([taken, *added])})


def _overwritten(tree: Tree, inside: cst.CSTNode) -> Iterator[tuple[cst.Assign, str]]:
    for loop in tree.every(cst.For, inside):
        for line in loop.body.body:
            given = targets(line)
            assign = line.body[0] if isinstance(line, cst.SimpleStatementLine) else None
            if isinstance(assign, cst.Assign):
                yield from ((assign, name) for name in given if _is_sum(tree, loop, assign, name))


def _is_sum(tree: Tree, loop: cst.For, assign: cst.Assign, name: str) -> bool:
    return (
        name not in reads(assign.value)
        and len([*uses(tree, name, loop)]) == 1
        and _starts_at_zero(tree, loop, name)
    )


def _starts_at_zero(tree: Tree, loop: cst.For, name: str) -> bool:
    """Whether the last line before a loop that binds a name makes it zero."""
    block = tree.parent(loop)
    lines = [*block.body] if isinstance(block, cst.IndentedBlock | cst.Module) else []
    above = [line for line in lines[: lines.index(loop)] if targets(line) == (name,)] if lines else []
    start = above[-1].body[0] if above and isinstance(above[-1], cst.SimpleStatementLine) else None
    value = start.value if isinstance(start, cst.Assign) else None
    filled = isinstance(value, cst.Call) and names(tree).called(value) in _FILLED
    return value is not None and (filled or tree.code(value) in _ZEROS)
