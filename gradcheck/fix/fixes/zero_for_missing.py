"""Put zeros in the place of missing labels that a mask leaves out, before anything is computed of them."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from gradcheck.fix.cst.estimator import sibling
from gradcheck.fix.cst.lines import beside, function_of, line_of
from gradcheck.fix.cst.names import names
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.NAN_BEHIND_MASK,),
    title="Put zeros in the place of what the mask leaves out",
    safe=False,
    keeps_value=False,
    rank=3,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`f(y)` behind `mask = is_nan(y)` becomes `y = where(is_nan(y), zeros_like(y), y)` and `f(y)`."""
    node = tree.find(finding.location, cst.BaseExpression)
    line = line_of(tree, node) if node is not None else None
    if node is None or line is None:
        return None
    read = {one.value for one in tree.every(cst.Name, node)}
    asked = {tree.code(one.args[0].value): one for one in _asked(tree, line)}
    missing = [name for name in asked if name in read]
    if len(missing) != 1:
        return None
    name, call = missing[0], asked[missing[0]]
    called = names(tree).called(call)
    where, zeros = sibling(tree, called, "where"), sibling(tree, called, "zeros_like")
    if where is None or zeros is None:
        return None
    return tree.change(
        {line: beside(tree, [f"{name} = {where}({tree.code(call)}, {zeros}({name}), {name})"])}
    )


def _asked(tree: Tree, line: cst.CSTNode) -> Iterator[cst.Call]:
    """The questions whether a name is missing that the same function asks above a line."""
    for call in tree.every(cst.Call, function_of(tree, line)):
        alone = len(call.args) == 1 and isinstance(call.args[0].value, cst.Name)
        about = names(tree).called(call).rpartition(".")[2] in ("is_nan", "isnan")
        if alone and about and tree.line(call) < tree.line(line):
            yield call
