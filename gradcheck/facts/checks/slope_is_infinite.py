"""Which weights meet an operation exactly where its slope is infinite?

Only operands that really get there count: numbers that start at zero, differences of a thing with itself,
what a relu has set to zero, cosines clipped to one, probabilities that a mask has made zero.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.values import Value
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import Operation, node_of, operation_of
from gradcheck.facts.numerics.constant_outputs import over_named_one
from gradcheck.facts.numerics.diagonals import without_diagonal
from gradcheck.facts.numerics.domain_edges import (
    at_the_edge,
    clipped_angle,
    complement_of_saturated,
    hard_masked,
)
from gradcheck.facts.numerics.flat_operations import each
from gradcheck.facts.numerics.infinite_slopes import SPREADS, hazardous
from gradcheck.facts.numerics.initial_values import Starts
from gradcheck.facts.numerics.masks import hidden_hazards
from gradcheck.facts.numerics.shapes import Shapes
from gradcheck.facts.program import Program
from gradcheck.facts.queries.reached import weights_through
from gradcheck.facts.queries.starve import starve
from gradcheck.report.accounts import QUOTIENT
from gradcheck.report.kinds import Kind


def ask(program: Program) -> Iterator[Starved]:
    """Every weight behind such an operation."""
    machine = program.machine
    starts, shapes = Starts(machine), Shapes(machine)
    hidden = hidden_hazards(machine, starts)
    for node, operation in each(machine):
        operand = None if node in hidden else _meets_edge(starts, shapes, operation)
        if operand is not None and not _answers_with_zero(machine, node, operation):
            for birth, keras in weights_through(program, node, [operand]):
                note, case = "infinitely steep here", QUOTIENT if operation.word == "/" else ""
                yield starve(birth, Kind.INFINITE_SLOPE, operation.site, note, keras=keras, variant=case)


def _answers_with_zero(machine: Machine, node: int, operation: Operation) -> bool:
    """Whether no gradient comes back where an operation is steep: TensorFlow's square root answers that with
    none, too."""
    return operation.word == "sqrt" and (_compared(machine, node) or without_diagonal(machine, node))


def _compared(machine: Machine, node: int) -> bool:
    """Whether all that is read of a result is its difference from what the same expression makes of other
    values: where both are zero the difference is, and with it the gradient that comes back."""
    readers = [machine.operations.get(edge.target) for edge in machine.graph.outgoing[node]]
    return bool(readers) and all(_is_difference(machine, reader, node) for reader in readers)


def _is_difference(machine: Machine, reader: Operation | None, node: int) -> bool:
    if reader is None or reader.word != "-":
        return False
    others = (operation_of(machine, value) for value in reader.inputs if node_of(value) != node)
    own = machine.operations[node].site.node
    return any(other is not None and other.site.node is own for other in others)


def _meets_edge(starts: Starts, shapes: Shapes, operation: Operation) -> Value | None:
    operand = hazardous(starts, operation)
    if operand is None:
        return operation.first if clipped_angle(starts.machine, operation) else None
    if starts.of(operand) == 0.0 and operation.word not in SPREADS:
        return operand
    if operation.word in SPREADS and over_named_one(shapes, operation):
        return operand
    if operation.word != "/" and at_the_edge(starts, operation, operand):
        return operand
    if operation.word != "log":
        return None
    spent = hard_masked(starts, operand) or complement_of_saturated(starts.machine, operand)
    return operand if spent else None
