"""List a value that is forgotten, where another one is listed twice: `[a, b]` for `[a, a]`."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from gradcheck.fix.cst.expressions import uses
from gradcheck.fix.cst.lines import assigned, function_of
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.DEAD_VALUE,),
    title="List the forgotten value in the place of the one that is listed twice",
    safe=False,
    keeps_value=False,
    rank=5,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """The one name that is never read replaces the second of two equal entries below it."""
    node = tree.find(finding.location, cst.BaseExpression)
    inside = function_of(tree, node) if node else tree.module
    forgotten = [*_forgotten(tree, inside)]
    last = max((tree.line(one) for one in forgotten), default=0)
    below = [one for one in _doubles(tree, inside) if tree.line(one) > last]
    here = tree.statement(node) if node else None
    doubles = [one for one in below if tree.statement(one) is here] or below
    if len({one.value for one in forgotten}) != 1 or len(doubles) != 1:
        return None
    return tree.change({doubles[0]: cst.Name(forgotten[0].value)})


def _forgotten(tree: Tree, inside: cst.CSTNode) -> Iterator[cst.Name]:
    """The names that the function's own statements bind to something computed, and that nothing reads
    afterwards; of one that is bound again and again the last time."""
    for line in tree.every(cst.SimpleStatementLine, inside):
        pair = assigned(line)
        if pair is None or function_of(tree, line) is not inside or _repeats(tree, line, inside):
            continue
        name, value = pair
        later = [one for one in uses(tree, name.value, inside) if tree.line(one) > tree.line(name)]
        computed = any(True for _ in tree.every(cst.Call, value))
        if computed and not later and not name.value.startswith("_"):
            yield name


def _repeats(tree: Tree, line: cst.CSTNode, inside: cst.CSTNode) -> bool:
    """Whether a loop or a class stands around a line, within the function."""
    around = [*tree.above(line)]
    own = around[: around.index(inside)]
    return any(isinstance(one, cst.For | cst.While | cst.ClassDef) for one in own)


def _doubles(tree: Tree, inside: cst.CSTNode) -> Iterator[cst.Name]:
    """The second of two values that are listed, or handed over, together, where both are one name."""
    for node in tree.every(cst.BaseExpression, inside):
        entries = [*_entries(tree, node)]
        again = [one for n, one in enumerate(entries) if any(one.deep_equals(old) for old in entries[:n])]
        if len(again) == 1 and isinstance(again[0], cst.Name):
            yield again[0]


def _entries(tree: Tree, node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    if isinstance(node, cst.List | cst.Tuple) and not isinstance(tree.parent(node), cst.AssignTarget):
        yield from (one.value for one in node.elements)
    elif isinstance(node, cst.Call):
        yield from (one.value for one in node.args if one.keyword is None)
