"""Evaluate on every call what is evaluated once: the attribute becomes a property."""

from __future__ import annotations

import libcst as cst

from gradcheck.fix.cst.branches import chosen
from gradcheck.fix.cst.captures import evaluated_on_call
from gradcheck.fix.cst.comprehensions import listed
from gradcheck.fix.cst.normal_form import plainer
from gradcheck.fix.cst.returned_weights import weights_returned
from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.cst.unset import refreshed
from gradcheck.fix.fixer import Fixer
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind

FIXER = Fixer(
    __name__,
    kinds=(Kind.CAPTURED, Kind.CAPTURED_BY_OBJECT, Kind.OUTSIDE_TAPE),
    title="Evaluate it on every call, in a property",
    safe=True,
    rank=4,
)


def fix(tree: Tree, finding: Finding) -> cst.Module | None:
    """Every attribute that is computed from what the finding points at becomes a property of its name."""
    node = tree.find(finding.location, cst.BaseExpression)
    if node is None or (finding.kind is Kind.OUTSIDE_TAPE and not refreshed(tree, node)):
        return None
    forms = (one for form in (listed, chosen, plainer) if (one := form(tree, node)) is not None)
    made = (evaluated_on_call(*one) for one in ((tree, node), *forms))
    return next((module for module in made if module is not None), None) or weights_returned(tree, node)
