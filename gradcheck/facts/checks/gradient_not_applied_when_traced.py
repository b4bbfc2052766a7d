"""Which gradients are applied only where a test leads that was decided when the step was traced?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.values import Birth
from gradcheck.facts.facts import Starved
from gradcheck.facts.ownership.intended import could_train, is_tape
from gradcheck.facts.ownership.left_out import Off, late_step, left_out, place_in
from gradcheck.facts.ownership.traced_values import Fixed, fixed_values
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.places import modules_of
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind, Severity
from gradcheck.source.parse import Module


def ask(program: Program) -> Iterator[Starved]:
    """Weights whose gradients are taken in every step, and applied in none."""
    for module in modules_of(program) if program.machine.log.handed else ():
        for fixed in fixed_values(module.tree):
            yield from _decided(program, module, fixed)


def _decided(program: Program, module: Module, fixed: Fixed) -> Iterator[Starved]:
    handed, off = program.machine.log.handed, left_out(module.tree, fixed)
    if off:
        places = [place_in(one.site, off) for one in handed]
        left = [place for place in places if place is not None]
        applied = [one for one, place in zip(handed, places, strict=True) if place is None]
        if left and not any(one.site.frame.runs_in(fixed.steps.inside) for one in applied):
            for told in _unmoved(program, fixed, off, left[0]):
                yield replace(told, trail=(*told.trail, late_step(module, fixed)))


def _unmoved(program: Program, fixed: Fixed, off: Off, place: Site) -> Iterator[Starved]:
    machine = program.machine
    for query in machine.log.queries:
        inside = is_tape(query) and query.site.frame.runs_in(fixed.steps.entries)
        births = weights_of(machine, query.sources) if inside and not place_in(query.site, off) else []
        for birth in births:
            if could_train(birth) and birth.node not in machine.log.assigned:
                yield _never_applied(birth, place)


def _never_applied(birth: Birth, place: Site) -> Starved:
    return starve(
        birth,
        Kind.NOT_APPLIED,
        place,
        "decided when it is traced",
        scene="tape",
        severity=Severity.ERROR,
        variant="traced",
    )
