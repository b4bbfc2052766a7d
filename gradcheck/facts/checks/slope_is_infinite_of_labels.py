"""Which compiled losses take the logarithm of the labels, or divide by them, as their parameters are
exchanged?

The labels have no gradient of their own, but what is infinite of them is a factor of the prediction's. A
square root of them is finite where they are zero, and does no harm.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gradcheck.base.exchanged_arguments import EXCHANGED
from gradcheck.base.loss_parameters import FIRST
from gradcheck.facts.domain.values import Birth, Opaque, Value
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import RESHAPING, Operation
from gradcheck.facts.numerics.flat_operations import each
from gradcheck.facts.numerics.infinite_slopes import behind, hazardous
from gradcheck.facts.numerics.initial_values import Starts
from gradcheck.facts.numerics.masks import ZERO_AT_ZERO, hidden_hazards, vanishes
from gradcheck.facts.numerics.spoilt import spoilt
from gradcheck.facts.program import Program
from gradcheck.facts.queries.loss_parameters import with_exchanged_parameters
from gradcheck.facts.queries.reached import weights_through
from gradcheck.facts.queries.starve import starve
from gradcheck.report.finding import Step
from gradcheck.report.kinds import Kind

INFINITE_AT_ZERO = frozenset({"log", "/", "reciprocal", "rsqrt"})


def ask(program: Program) -> Iterator[Starved]:
    """Every weight whose gradient has such a factor."""
    machine = program.machine
    starts = Starts(machine)
    found = [(node, one) for node, one in each(machine) if _of_labels(starts, one)]
    hidden = hidden_hazards(machine, starts) if found else {}
    for node, operation in found:
        for place, moved in spoilt(machine, node) if node not in hidden else ():
            for birth, keras in weights_through(program, place, moved):
                yield _told(birth, operation, keras)


def _told(birth: Birth, operation: Operation, keras: tuple[str, ...]) -> Starved:
    one = starve(
        birth, Kind.INFINITE_SLOPE, operation.site, "infinite where the labels are zero", keras=keras
    )
    handed = with_exchanged_parameters(operation.site)
    assert handed is not None
    trail = (one.trail[0], Step(handed.location, "Keras hands in the labels here"), *one.trail[1:])
    return replace(one, cut=replace(one.cut, variant=EXCHANGED), trail=trail)


def _of_labels(starts: Starts, operation: Operation) -> bool:
    """Whether an operation is infinite where the labels are zero, and its author takes them for the
    prediction."""
    if operation.word not in INFINITE_AT_ZERO or with_exchanged_parameters(operation.site) is None:
        return False
    operand = hazardous(starts, operation)
    return any(vanishes(starts.machine, operand, one) for one in _labels(starts.machine, operand))


def _labels(machine: Machine, operand: Value | None) -> Iterator[Value]:
    """The labels that an operand is made of."""
    made = (one for _, made in behind(machine, operand, ZERO_AT_ZERO | RESHAPING) for one in made.inputs)
    yield from (one for one in (operand, *made) if isinstance(one, Opaque) and one.label == FIRST)
