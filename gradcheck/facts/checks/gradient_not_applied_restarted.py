"""Which sums of gradients begin again in every round of a loop, although one step after it applies them?"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.values import Gradients
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import Handed
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import Operation
from gradcheck.facts.interpreter.transfer.clearing import ZEROS
from gradcheck.facts.ownership.intended import could_train, handed_over, meant
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.places import loop_around
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind


def ask(program: Program) -> Iterator[Starved]:
    """The variables of a step that gets the last round's gradients alone."""
    machine = program.machine
    for handed in machine.log.handed:
        behind = machine.graph.backward(machine.nodes(handed.pairs))
        asked = [one for one in machine.log.gradients if one.node in behind]
        place = _place(machine, handed, asked)
        excused = handed_over(machine) if place else set()
        for birth in (birth for one in asked for birth in weights_of(machine, one.sources)):
            if place and could_train(birth) and not meant(birth, excused):
                note = "begins again in every round"
                yield starve(birth, Kind.NOT_APPLIED, place, note, scene="tape", variant="restarted")


def _place(machine: Machine, handed: Handed, asked: list[Gradients]) -> Site | None:
    """Where every round sets variables to zero, or makes zeros anew, that it then adds its gradients to."""
    for begun in handed.restarted.values():
        # A loop over the variables themselves is no sum of several gradients.
        over = begun.loops[len(handed.loops) :]
        if any(loop in one.loops for one in asked for loop in over):
            return begun.site
    sums = [operation for operation in _sums(machine, handed) if operation.word == "+"]
    for made in (one for operation in sums for one in _zeros(machine, operation)):
        loop = loop_around(made.site)
        inside = [one for one in asked if one.site.within(loop) and one.site.frame is made.site.frame]
        here = handed.site.frame is made.site.frame and not handed.site.within(loop)
        if inside and here:
            return made.site
    return None


def _sums(machine: Machine, handed: Handed) -> list[Operation]:
    """What computed the values that an optimizer is given, as the last round of a loop left them."""
    between = machine.graph.backward(
        machine.nodes(handed.pairs), lambda edge: edge.target not in machine.operations
    )
    return [machine.operations[node] for node in sorted(between & machine.operations.keys())]


def _zeros(machine: Machine, operation: Operation) -> list[Operation]:
    nodes = [node for value in operation.inputs for node in machine.nodes(value)]
    found = [machine.operations[node] for node in nodes if node in machine.operations]
    return [one for one in found if one.word in ZEROS]
