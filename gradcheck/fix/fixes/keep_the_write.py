"""Keep what a `TensorArray` returns: `array = array.write(index, value)`."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.bodies import scope_of
from gradcheck.fix.cst.flow import rebinds, single
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__, kinds=(Kind.DISCARDED_WRITE,), title="Keep the written array", safe=False, keeps_value=False
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """The statement becomes an assignment to the array's own name, where that name is the function's own."""
    call = tree.find(finding.location, cst.Call, lambda call: isinstance(call.func, cst.Attribute))
    line = tree.statement(call) if call else None
    written = single(line)
    if call is None or not isinstance(written, cst.Expr) or written.value is not call:
        return None
    array = cst.ensure_type(call.func, cst.Attribute).value
    if not isinstance(array, cst.Name | cst.Attribute | cst.Subscript) or not _is_own(tree, line, array):
        return None
    return tree.change({written: cst.Assign([cst.AssignTarget(array)], call)})


def _is_own(tree: Tree, line: cst.CSTNode | None, array: cst.BaseExpression) -> bool:
    """Whether assigning to the name here binds the one that is read: it is bound in the same function."""
    if line is None or not isinstance(array, cst.Name):
        return line is not None
    scope = scope_of(tree, line)
    return array.value in rebinds(scope.body if isinstance(scope, cst.FunctionDef) else scope)
