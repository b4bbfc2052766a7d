"""Which gradients change the wrong variables, and those alone?"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.values import Birth, Gradients, Value
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import Applied
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.intended import among, could_train, handed_over, meant
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.elsewhere import goes_elsewhere
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind


def ask(program: Program) -> Iterator[Starved]:
    """Gradients zipped with variables that they were not computed for."""
    machine = program.machine
    applied: dict[int, list[Applied]] = {}
    for one in machine.log.applied:
        applied.setdefault(one.gradients.node, []).append(one)
    moved = {birth.node for one in machine.log.applied for birth in weights_of(machine, one.variables)}
    for gradients in machine.log.gradients:
        uses = applied.get(gradients.node, [])
        if uses and not goes_elsewhere(machine, machine.graph.forward([gradients.node])):
            yield from _misapplied(machine, gradients, uses, moved)
            yield from _applied_to_others(machine, gradients, uses)


def _misapplied(
    machine: Machine, gradients: Gradients, uses: list[Applied], moved: set[int]
) -> Iterator[Starved]:
    asked = [birth for birth in weights_of(machine, gradients.sources) if could_train(birth)]
    # What any optimizer of the program is given, is moved by these gradients or by others.
    if not asked or all(among(birth, moved) for birth in asked):
        return
    away = handed_over(machine)
    asked = [birth for birth in asked if not meant(birth, away)]
    missed = [birth for birth in asked if not among(birth, moved)]
    if not missed or not any(weights_of(machine, use.variables) for use in uses):
        return
    if len(missed) == len(asked):
        for birth in missed:
            yield starve(birth, Kind.WRONG_VARIABLES, uses[0].site, "applied to others here", scene="tape")
    else:
        for birth in missed:
            note = "applied to others alone"
            yield starve(birth, Kind.NOT_APPLIED, uses[0].site, note, scene="tape", variant="zip")


def _applied_to_others(machine: Machine, gradients: Gradients, uses: list[Applied]) -> Iterator[Starved]:
    """Gradients that move the variables they were computed for, and those of another model too, for which
    none is ever computed."""
    asked = {birth.node for birth in weights_of(machine, gradients.sources)}
    right = [use for use in uses if any(among(one, asked) for one in weights_of(machine, use.variables))]
    for use in [use for use in uses if use not in right] if right else ():
        others = _trainable(machine, use.variables)
        own = any(among(birth, _asked_anywhere(machine)) for birth in others)
        for birth in others if not own else ():
            note = "gradients of others, applied here"
            yield starve(birth, Kind.WRONG_VARIABLES, use.site, note, scene="tape", variant="others")


def _asked_anywhere(machine: Machine) -> set[int]:
    return {birth.node for one in machine.log.gradients for birth in weights_of(machine, one.sources)}


def _trainable(machine: Machine, sources: Value) -> list[Birth]:
    births = weights_of(machine, sources)
    away = handed_over(machine)
    return [birth for birth in births if could_train(birth) and not meant(birth, away)]
