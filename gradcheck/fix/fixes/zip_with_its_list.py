"""Zip gradients with the variables they were computed for."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from gradcheck.fix.cst.bindings import bound_to
from gradcheck.fix.cst.expressions import argument
from gradcheck.fix.cst.lines import function_of
from gradcheck.fix.cst.tapes import QUESTIONS, asked_by, last_name
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
        near = tree.find(finding.location, cst.Call)
        yield from (one for one in tree.every(cst.Call, near) if _is_zip(one)) if near else ()
        return
    inside = function_of(tree, found[0])
    for call in tree.every(cst.Call, inside):
        if _is_zip(call) and bound_to(tree, call.args[0].value) is found[0]:
            yield call


def _is_zip(call: cst.Call) -> bool:
    return last_name(call.func) == "zip" and len(call.args) == 2 and not any(one.star for one in call.args)


def _other_list(tree: Tree, call: cst.Call) -> cst.BaseExpression | None:
    """The variables that the first half was computed for, if the second half names others."""
    given = call.args[0].value
    asked = given if isinstance(given, cst.Call) else bound_to(tree, given)
    if not isinstance(asked, cst.Call) or last_name(asked.func) not in QUESTIONS:
        return None
    sources = argument(asked, 1, "sources")
    return None if sources is None or sources.deep_equals(call.args[1].value) else sources
