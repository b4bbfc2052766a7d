"""Which gradients are made a constant before they are applied: by bounds with nothing between them, a norm of
zero, a factor of zero?"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.literals import stands_there
from gradcheck.facts.domain.values import Birth, Constant, Gradients, Value
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import Operation
from gradcheck.facts.numerics.closed_bounds import held_fast, made_zero_by_norm
from gradcheck.facts.numerics.flat_operations import each
from gradcheck.facts.numerics.sizes import number
from gradcheck.facts.ownership.intended import could_train, handed_over, meant
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind, Severity


def ask(program: Program) -> Iterator[Starved]:
    """The weights that such constants move, and nothing else does."""
    machine = program.machine
    made = {node: one for node, one in each(machine) if _leaves_nothing(machine, one)}
    if not made or not machine.log.gradients:
        return
    lost = [(one, place) for one in machine.log.gradients if (place := _lost_at(machine, one, made))]
    kept = {one.node for one in machine.log.gradients} - {one.node for one, _ in lost}
    moved = {
        birth.node for one in machine.log.gradients if one.node in kept for birth in _asked(machine, one)
    }
    excused = handed_over(machine) | moved if lost else moved
    for one, place in lost:
        for birth in _asked(machine, one):
            if could_train(birth) and not meant(birth, excused):
                note = "whatever the gradient is, this is not"
                yield starve(
                    birth,
                    Kind.NOT_APPLIED,
                    place.site,
                    note,
                    scene="tape",
                    severity=Severity.ERROR,
                    variant="constant",
                )


def _asked(machine: Machine, gradients: Gradients) -> list[Birth]:
    return weights_of(machine, gradients.sources)


def _lost_at(machine: Machine, gradients: Gradients, made: dict[int, Operation]) -> Operation | None:
    """What makes a constant of these gradients, if all that is applied of them comes out of it."""
    graph = machine.graph
    into = [edge for birth in _asked(machine, gradients) for edge in graph.incoming[birth.node]]
    ends = {*machine.log.stepped, *(edge.source for edge in into if edge.writes)}
    reached = graph.forward([gradients.node], lambda edge: not edge.writes)
    ways = [node for node in made if node in reached]
    if not ways or ends.isdisjoint(reached):
        return None
    alive = graph.forward([gradients.node], lambda edge: not edge.writes and edge.target not in made)
    return made[min(ways)] if ends.isdisjoint(alive) else None


def _leaves_nothing(machine: Machine, operation: Operation) -> bool:
    """Whether a result is the same number whatever the operation is given."""
    if held_fast(machine, operation) is not None or made_zero_by_norm(operation):
        return True
    return operation.word == "*" and any(_is_zero(operation, one) for one in operation.inputs)


def _is_zero(operation: Operation, value: Value) -> bool:
    """Whether a factor is a zero that stands there, or that rounding has made."""
    if not isinstance(value, Constant) or number(value) != 0:
        return False
    given = (node for node, one in operation.arguments.positional if one is value)
    return value.rounded or any(stands_there(node, operation.site) for node in given)
