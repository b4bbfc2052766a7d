"""Zip gradients with the variables they were computed for."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from gradcheck.fix.cst.bindings import bound_to
from gradcheck.fix.cst.expressions import argument
from gradcheck.fix.cst.lines import function_of
from gradcheck.fix.cst.tapes import QUESTIONS, asked_by, is_zip, last_name, zipped, zips_at
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.WRONG_VARIABLES, Kind.NOT_APPLIED),
    title="Zip the gradients with their own variables",
    safe=False,
    rank=3,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """The other half of the zip becomes what the gradient call lists."""
    zips = [one for one in _zips(tree, finding) if _other_list(tree, one) is not None]
    if len(zips) != 1:
        return None
    new = _other_list(tree, zips[0])
    return tree.change({zips[0].args[1].value: new}) if new is not None else None


def _zips(tree: Tree, finding: Finding) -> Iterator[cst.Call]:
    """Every `zip(gradients, variables)` at the finding, or of the gradients that the finding is about."""
    found = asked_by(tree, finding.location)
    if found is None:
        yield from zips_at(tree, finding.location)
        return
    inside = function_of(tree, found[0])
    for call in tree.every(cst.Call, inside):
        if is_zip(call) and bound_to(tree, call.args[0].value) is found[0]:
            yield call


def _other_list(tree: Tree, call: cst.Call) -> cst.BaseExpression | None:
    """The variables that the first half was computed for, if the second half names others, and nothing else
    pairs these two."""
    given = call.args[0].value
    asked = _asked(tree, given)
    sources = argument(asked, 1, "sources") if asked is not None else None
    if sources is None or sources.deep_equals(call.args[1].value):
        return None
    return None if zipped(tree, function_of(tree, call), given, sources) else sources


def _asked(tree: Tree, given: cst.BaseExpression, depth: int = 4) -> cst.Call | None:
    """The gradient call whose gradients these are: as it returned them, or clipped or scaled one by one."""
    value = _last_bound(tree, given) if isinstance(given, cst.Name) else given
    if isinstance(value, cst.Call) and last_name(value.func) in QUESTIONS:
        return value
    before = _one_for_one(value) if value is not None else None
    return _asked(tree, before, depth - 1) if before is not None and depth else None


def _last_bound(tree: Tree, name: cst.Name) -> cst.BaseExpression | None:
    """What the last line above binds to a name, alone or as the first of several."""
    found = None
    for line in tree.every(cst.Assign, function_of(tree, name)):
        target = line.targets[0].target
        first = target.elements[0].value if isinstance(target, cst.Tuple) else target
        if len(line.targets) == 1 and first.deep_equals(name) and tree.line(line) < tree.line(name):
            found = line.value
    return found


def _one_for_one(value: cst.BaseExpression) -> cst.BaseExpression | None:
    """The list that an expression makes another of the same length and order from."""
    if isinstance(value, cst.Call) and last_name(value.func) == "clip_by_global_norm" and value.args:
        return value.args[0].value
    if isinstance(value, cst.ListComp) and not value.for_in.ifs and value.for_in.inner_for_in is None:
        return value.for_in.iter
    return None
