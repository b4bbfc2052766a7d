"""Go on with the computed tensor, and assign it: not with what `assign` returns."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.assigns import write_at
from gradcheck.fix.cst.expressions import fresh
from gradcheck.fix.cst.flow import single, targets
from gradcheck.fix.cst.lines import beside, function_of, line_of
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(__name__, kinds=(Kind.ASSIGNED,), title="Use the tensor, and assign it besides", safe=True)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """`x = v.assign(value)` becomes `x = value` and `v.assign(x)`; elsewhere the value gets a name before."""
    write = write_at(tree, finding.location)
    line = line_of(tree, write.call) if write else None
    small = single(line)
    if write is None or line is None or (isinstance(small, cst.Expr) and small.value is write.call):
        return None
    variable = tree.code(write.variable)
    value = write.value(tree, variable)
    if isinstance(small, cst.Assign) and small.value is write.call and len(targets(line)) == 1:
        after = [f"{variable}.assign({targets(line)[0]})"]
        return tree.change({small.value: tree.expression(value), line: beside(tree, after=after)})
    leaf = variable.rpartition(".")[2]
    name = fresh(tree, function_of(tree, line), f"new_{leaf}", *([leaf] if "." in variable else []))
    before = [f"{name} = {value}", f"{variable}.assign({name})"]
    return tree.change({write.call: cst.Name(name), line: beside(tree, before)}) if name else None
