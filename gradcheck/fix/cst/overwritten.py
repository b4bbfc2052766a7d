"""Lines of a loop whose result only the last step keeps: `for layer in layers: y = layer(x)`."""

from __future__ import annotations

import re
from dataclasses import dataclass

import libcst as cst

from gradcheck.fix.cst.expressions import uses
from gradcheck.fix.cst.flow import rebinds
from gradcheck.fix.cst.lines import assigned, function_of
from gradcheck.fix.cst.reading import dotted
from gradcheck.fix.cst.tree import Tree
from gradcheck.report.finding import Finding

_IN_A_ROW = re.compile(r"layer|block|stack|hidden|dense|stage|step|flow|mlp|body", re.IGNORECASE)


@dataclass(frozen=True)
class Overwritten:
    """A line in a loop, the name that it gives a value in every step, and the loop's call in that value."""

    loop: cst.For
    line: cst.SimpleStatementLine
    name: cst.Name
    value: cst.BaseExpression
    call: cst.Call

    @property
    def in_a_row(self) -> bool:
        """Whether the loop goes over what is meant to run one after the other, as its name says."""
        return _IN_A_ROW.search(dotted(self.loop.iter).rpartition(".")[2]) is not None


def overwritten(tree: Tree, finding: Finding) -> Overwritten | None:
    """The line that a finding points at, in a loop over layers that calls each of them."""
    node = tree.find(finding.location, cst.BaseExpression)
    line = tree.statement(node) if node else None
    if not isinstance(line, cst.SimpleStatementLine):
        return None
    loop, pair = tree.enclosing(line, cst.For), assigned(line)
    if loop is None or pair is None or not isinstance(loop.target, cst.Name) or not dotted(loop.iter):
        return None
    name, value = pair
    calls = [one for one in tree.every(cst.Call, value) if dotted(one.func) == loop.target.value]
    read_in_the_loop = [one for one in uses(tree, name.value, loop) if one is not name]
    below = [one for one in uses(tree, name.value, function_of(tree, loop)) if _after(tree, one, loop)]
    if len(calls) != 1 or read_in_the_loop or not below or line not in loop.body.body:
        return None
    return Overwritten(loop, line, name, value, calls[0])


def unchanged(tree: Tree, loop: cst.For, name: str) -> bool:
    """Whether a loop gives a name no new meaning."""
    return name not in rebinds(loop) and bool(name)


def _after(tree: Tree, node: cst.CSTNode, loop: cst.For) -> bool:
    return tree.line(node) > tree.ranges[loop].end.line
