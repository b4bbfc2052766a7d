"""Faults under a Keras that the project does not use yet: one warning a class, not one for each weight."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Severity
from gradcheck.source.parse import Module
from gradcheck.source.pins import pinned_to_keras_2


def folded(module: Module, findings: Sequence[Finding]) -> list[Finding]:
    """The findings, with those that are true of Keras 3 alone put together where the project is pinned to
    Keras 2."""
    later = [one for one in findings if one.keras == ("3",)]
    if not later or not pinned_to_keras_2(module.path):
        return list(findings)
    first: dict[object, Finding] = {}
    count: dict[object, int] = {}
    for one in later:
        place = _class_around(module, one)
        first.setdefault(place, one)
        count[place] = count.get(place, 0) + 1
    kept = {id(one): _told(one, count[place] - 1) for place, one in first.items()}
    return [kept.get(id(one), one) for one in findings if one.keras != ("3",) or id(one) in kept]


def _class_around(module: Module, finding: Finding) -> object:
    line = module.line_of(finding.location)
    for node in module.tree.body:
        if isinstance(node, ast.ClassDef) and node.lineno <= line <= (node.end_lineno or node.lineno):
            return node.name
    return None


def _told(finding: Finding, others: int) -> Finding:
    """The first of some, as a warning that says when it becomes true and how many more there are."""
    more = f" ({others} more of this class)" if others else ""
    message = f"once the project moves to Keras 3: {finding.message}{more}"
    return replace(finding, severity=Severity.WARNING, message=message)
