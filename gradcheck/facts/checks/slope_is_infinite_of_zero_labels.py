"""Which losses take the logarithm of labels that are zero in all places but one, or divide by them?

`y * log(y / p)` is zero times minus infinity there, and so is its slope. The labels are known to be such
where the program makes them so: by `one_hot`, `to_categorical`, or rows of a unit matrix.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.base.loss_parameters import FIRST
from gradcheck.facts.domain.values import Opaque, Value
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import RESHAPING, Operation, operation_of
from gradcheck.facts.numerics.domain_edges import is_one_hot
from gradcheck.facts.numerics.flat_operations import each
from gradcheck.facts.numerics.infinite_slopes import behind, hazardous
from gradcheck.facts.numerics.initial_values import Starts
from gradcheck.facts.numerics.masks import ZERO_AT_ZERO, hidden_hazards, vanishes
from gradcheck.facts.numerics.spoilt import spoilt
from gradcheck.facts.program import Program
from gradcheck.facts.queries.loss_parameters import with_exchanged_parameters
from gradcheck.facts.queries.reached import weights_through
from gradcheck.facts.queries.starve import starve
from gradcheck.report.accounts import QUOTIENT
from gradcheck.report.kinds import Kind

INFINITE_AT_ZERO = frozenset({"log", "/", "reciprocal", "rsqrt"})
ONE_HOT = frozenset({"eye", "get_dummies", "to_categorical"})
CONVERTED = RESHAPING | {
    "array",
    "asarray",
    "astype",
    "constant",
    "convert_to_tensor",
    "copy",
    "gather",
    "take",
    "to_numpy",
}
"""What leaves the numbers of labels as they are."""
DEPTH = 12


def ask(program: Program) -> Iterator[Starved]:
    """Every weight whose gradient has such a factor."""
    machine = program.machine
    fitted = _fitted_to_zeros(machine)
    starts = Starts(machine)
    found = [(node, one) for node, one in each(machine) if _of_zeros(starts, one, fitted)]
    hidden = hidden_hazards(machine, starts) if found else {}
    told = set[int]()
    for node, operation in found:
        for place, moved in spoilt(machine, node) if node not in hidden else ():
            for birth, keras in weights_through(program, place, moved):
                if birth.node not in told:
                    told.add(birth.node)
                    note = "infinite where the labels are zero"
                    site, case = operation.site, QUOTIENT if operation.word == "/" else "labels"
                    yield starve(birth, Kind.INFINITE_SLOPE, site, note, keras=keras, variant=case)


def _fitted_to_zeros(machine: Machine) -> bool:
    """Whether every `fit` of a program is given labels that are zero in some places."""
    given = [one.get("y", 1) for one in machine.log.fed]
    return bool(given) and all(_is_one_hot(machine, one) for one in given)


def _of_zeros(starts: Starts, operation: Operation, fitted: bool) -> bool:
    """Whether an operation is infinite where some labels are zero."""
    if operation.word not in INFINITE_AT_ZERO or with_exchanged_parameters(operation.site) is not None:
        return False
    machine, operand = starts.machine, hazardous(starts, operation)
    made = (one for _, made in behind(machine, operand, ZERO_AT_ZERO | RESHAPING) for one in made.inputs)
    zeros = [one for one in (operand, *made) if _is_zero_somewhere(machine, one, fitted)]
    return any(vanishes(machine, operand, one) for one in zeros if one is not None)


def _is_zero_somewhere(machine: Machine, value: Value | None, fitted: bool) -> bool:
    if isinstance(value, Opaque):
        return fitted and value.label == FIRST
    return _is_one_hot(machine, value)


def _is_one_hot(machine: Machine, value: Value | None) -> bool:
    """Whether a value is made of rows that are zero in all places but one."""
    operation = operation_of(machine, value)
    for _ in range(DEPTH):
        if operation is None or operation.word not in CONVERTED or _is_one_element(operation):
            break
        operation = operation_of(machine, operation.first)
    return operation is not None and (operation.word in ONE_HOT or is_one_hot(operation))


def _is_one_element(operation: Operation) -> bool:
    """Whether an index has a number for each of several axes: what it takes may be no zero."""
    match operation.site.node:
        case ast.Subscript(slice=ast.Tuple(elts=parts)):
            return not any(isinstance(one, ast.Slice) or ast.unparse(one) == "..." for one in parts)
    return False
