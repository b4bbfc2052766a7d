"""Which results of a layer's own `call` lead nowhere?"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from gradcheck.base.overwriting import overwritten_by
from gradcheck.facts.domain.classes import LAYER
from gradcheck.facts.domain.graph import Site
from gradcheck.facts.facts import Starved
from gradcheck.facts.program import Program
from gradcheck.facts.queries.lost import Lost, lost
from gradcheck.facts.queries.starve import starve
from gradcheck.report.finding import Step
from gradcheck.report.kinds import Kind, Severity


def ask(program: Program) -> Iterator[Starved]:
    """Values in `call` that were computed from a weight and dropped. One that others could ask for is dropped
    for sure only where the training is seen."""
    for one in lost(program):
        if one.end is None:
            continue
        if not _public(one):
            yield _report(one)
        elif one.owner.model.kind == LAYER:
            yield _report(one, Severity.WARNING)


def _public(one: Lost) -> bool:
    handed = one.end.handed if one.end else ()
    return not one.answer.query.in_training and any(not name.startswith("_") for name in handed)


def _report(one: Lost, severity: Severity | None = None) -> Starved:
    assert one.end is not None
    answer, site = one.answer, one.end.site
    over = overwritten_by(site.frame.code, site.node) if isinstance(site.node, ast.expr) else None
    told = starve(
        answer.birth,
        Kind.DEAD_VALUE,
        site if over is None else site._replace(node=over),
        "dropped here" if over is None else "overwritten here",
        keras=(answer.keras,),
        scene=answer.query.scene,
        severity=severity,
        variant="" if over is None else "overwritten",
    )
    return told if over is None else _with_result(told, site)


def _with_result(told: Starved, site: Site) -> Starved:
    """The place where the result was computed is a step before the last."""
    *before, last = told.trail
    computed = Step(site.frame.module.location(site.node), "computed here")
    return replace(told, trail=(*before, computed, last))
