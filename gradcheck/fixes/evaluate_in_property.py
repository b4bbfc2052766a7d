"""Evaluate on every call what is evaluated once: the attribute becomes a property."""

from __future__ import annotations

import libcst as cst

from gradcheck.finding import Finding
from gradcheck.kinds import Kind
from gradcheck.rewrite.captures import captures
from gradcheck.rewrite.properties import as_properties
from gradcheck.rewrite.repair import Repair
from gradcheck.rewrite.tree import Replacement, Tree

REPAIR = Repair(
    __name__,
    kinds=(Kind.CAPTURED, Kind.CAPTURED_BY_OBJECT),
    title="Evaluate it on every call, in a property",
    safe=True,
)


def mend(tree: Tree, finding: Finding) -> cst.Module | None:
    """Every attribute that is computed from what the finding points at becomes a property of its name."""
    changes: dict[cst.CSTNode, Replacement] = {}
    for method, seeds in captures(tree, finding):
        made = as_properties(tree, method, seeds)
        if made is None or changes.keys() & made.keys():
            return None
        changes.update(made)
    return tree.change(changes) if changes else None
