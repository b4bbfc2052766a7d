"""A loss whose first parameter is called the prediction, and its second one the labels."""

from __future__ import annotations

import libcst as cst

from gradcheck.base.loss_parameters import are_exchanged
from gradcheck.fix.cst.tree import Tree
from gradcheck.report.finding import Finding


def exchanged(tree: Tree, finding: Finding) -> tuple[cst.Param, cst.Param] | None:
    """The two parameters, where a finding stands at the first of them or leads past it."""
    places = (finding.location, *(step.location for step in finding.trail))
    for place in (one for one in places if one.path == finding.location.path):
        name = tree.find(place, cst.Name)
        function = tree.enclosing(name, cst.FunctionDef) if name else None
        given = [one for one in function.params.params if one.name.value != "self"] if function else []
        named = are_exchanged([one.name.value for one in given])
        if named and given[0].name is name:
            return given[0], given[1]
    return None
