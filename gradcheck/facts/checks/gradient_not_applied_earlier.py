"""Which variables does every round of a loop move by gradients that were computed before the loop?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.facts.domain.values import Birth, Gradients
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import Applied
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.intended import could_train, handed_over, meant
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.places import loop_around
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind


def ask(program: Program) -> Iterator[Starved]:
    """Variables for which the loop computes gradients, too, that nobody reads."""
    machine = program.machine
    for applied in machine.log.applied:
        loop = loop_around(applied.site)
        if loop is None or applied.gradients.site.within(loop):
            continue
        unread = [one for one in machine.log.gradients if _unread_in(machine, one, loop, applied)]
        excused = handed_over(machine) if unread else set()
        for birth in _shared(machine, unread, applied):
            if could_train(birth) and not meant(birth, excused):
                note = "applied in every round"
                yield starve(birth, Kind.NOT_APPLIED, applied.site, note, scene="tape", variant="earlier")


def _unread_in(machine: Machine, gradients: Gradients, loop: ast.stmt, applied: Applied) -> bool:
    """Whether a round of the loop computes gradients that nothing is computed from, and applies nowhere."""
    used = machine.graph.outgoing[gradients.node] or gradients.node in machine.log.stepped
    same = gradients.site.frame is applied.site.frame is applied.gradients.site.frame
    return same and not used and gradients.site.within(loop) and _unnamed(loop, gradients.site.node)


def _unnamed(loop: ast.stmt, call: ast.AST) -> bool:
    """Whether the name that a call's result is given is not read anywhere in the loop."""
    for statement in ast.walk(loop):
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if value is call:
                loads = (one for one in ast.walk(loop) if isinstance(one, ast.Name) and one.id == name)
                return not any(isinstance(one.ctx, ast.Load) for one in loads)
    return False


def _shared(machine: Machine, unread: list[Gradients], applied: Applied) -> list[Birth]:
    asked = {birth.node for one in unread for birth in weights_of(machine, one.sources)}
    return [birth for birth in weights_of(machine, applied.variables) if birth.node in asked]
