"""Evaluate on every call what is evaluated once: the attribute becomes a property."""

from __future__ import annotations

import libcst as cst

from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind
from gradcheck.rewrite.branches import chosen
from gradcheck.rewrite.captures import evaluated_on_call
from gradcheck.rewrite.comprehensions import listed
from gradcheck.rewrite.normal_form import plainer
from gradcheck.rewrite.repair import Repair
from gradcheck.rewrite.returned_weights import weights_returned
from gradcheck.rewrite.tree import Tree

REPAIR = Repair(
    __name__,
    kinds=(Kind.CAPTURED, Kind.CAPTURED_BY_OBJECT),
    title="Evaluate it on every call, in a property",
    safe=True,
)


def mend(tree: Tree, finding: Finding) -> cst.Module | None:
    """Every attribute that is computed from what the finding points at becomes a property of its name."""
    node = tree.find(finding.location, cst.BaseExpression)
    if node is None:
        return None
    forms = (one for form in (listed, chosen, plainer) if (one := form(tree, node)) is not None)
    made = (evaluated_on_call(*one) for one in ((tree, node), *forms))
    return next((module for module in made if module is not None), None) or weights_returned(tree, node)
