"""Which gradients are added to a name, and not to the variable that the name stood for?

`for total, gradient in zip(sums, gradients): total = total + gradient` leaves the sums as they were, and so
does `variable = variable - rate * gradient` with the variables of a model.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.values import Gradients
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.intended import (
    could_train,
    handed_over,
    looked_after,
    meant,
    trained_by_keras,
)
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.elsewhere import goes_elsewhere
from gradcheck.facts.queries.handed_gradients import given, goes_nowhere, moved_weights
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind


def ask(program: Program) -> Iterator[Starved]:
    """Variables that an optimizer would move by such sums, or that such a line would move itself."""
    yield from _sums(program)
    yield from _steps(program)


def _steps(program: Program) -> Iterator[Starved]:
    """Variables of which a loop makes new values, by their gradients, that nothing takes."""
    machine = program.machine
    if not machine.log.renamed:
        return
    handed, moved = given(machine), moved_weights(machine)
    if moved is None:
        return
    excused = moved | looked_after(machine) | trained_by_keras(machine)
    for one in machine.log.renamed:
        behind = machine.graph.backward([one.value.node])
        births = weights_of(machine, one.variables)
        for gradients in [each for each in machine.log.gradients if each.node in behind]:
            asked = {birth.node for birth in weights_of(machine, gradients.sources)}
            lost = [birth for birth in births if birth.node in asked and could_train(birth)]
            for birth in lost if goes_nowhere(program, gradients, handed) else ():
                if not meant(birth, excused):
                    note = "goes no further than this name"
                    yield starve(birth, Kind.NOT_APPLIED, one.site, note, scene="tape", variant="rebound")


def _sums(program: Program) -> Iterator[Starved]:
    machine = program.machine
    sums = [one for one in machine.log.rebound if one.birth.trainable is False and not one.attribute]
    if not sums or not machine.log.handed:
        return
    excused = handed_over(machine) | trained_by_keras(machine)
    handed = given(machine)
    applied = machine.graph.backward(handed)
    for one in sums:
        behind = machine.graph.backward([one.value.node]) if one.birth.node in applied else set()
        for gradients in [each for each in machine.log.gradients if each.node in behind]:
            births = [] if _is_used(machine, gradients, handed) else weights_of(machine, gradients.sources)
            for birth in births:
                if could_train(birth) and not meant(birth, excused):
                    note = "goes no further than this name"
                    yield starve(birth, Kind.NOT_APPLIED, one.site, note, scene="tape", variant="rebound")


def _is_used(machine: Machine, gradients: Gradients, handed: set[int]) -> bool:
    """Whether an optimizer, an assignment or something unknown gets a gradient."""
    reached = machine.graph.forward([gradients.node])
    return not handed.isdisjoint(reached) or goes_elsewhere(machine, reached)
