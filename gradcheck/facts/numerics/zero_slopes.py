"""Marks the edges of a complete flow graph on which a gradient flows and is exactly zero.

Some are flat for ever (a softmax over one element). Others are flat because of the numbers that weights
start as (a clip beyond its range, a product of zeros): for good only if no weight behind them ever moves,
which is found by waking every weight that still gets a gradient until nothing more wakes.
"""

from __future__ import annotations

import re

from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import RESHAPING, SUMS
from gradcheck.facts.numerics.cancelling import cancelled
from gradcheck.facts.numerics.clipped_errors import clipped_errors
from gradcheck.facts.numerics.closed_bounds import closed_bounds
from gradcheck.facts.numerics.constant_outputs import constant_outputs
from gradcheck.facts.numerics.flat_operations import Flat, alive, each, mark
from gradcheck.facts.numerics.infinite_slopes import behind, hazardous
from gradcheck.facts.numerics.initial_values import Starts
from gradcheck.facts.numerics.opposed_masks import opposed
from gradcheck.facts.numerics.own_samples import own_samples
from gradcheck.facts.numerics.saturation import flat_at_start
from gradcheck.facts.ownership.unset import stay_unset

SINGLE = RESHAPING | SUMS | {"abs", "square", "**", "*"}
"""Operations through which a gradient that is not a number stays so."""
LOADERS = re.compile(
    r"load_weights\(|load_model\(|restore\(|from_pretrained\(|set_weights\((?!\s*[\w.]+\.get_weights\(\)\s*\))"
)
"""How a program sets its weights to something else than they start as; not to those of a twin."""


def mark_zero_slopes(machine: Machine) -> None:
    """Mark every flat edge of a program."""
    if not machine.log.queries:
        return
    mark(machine, [*constant_outputs(machine), *own_samples(machine), *clipped_errors(machine)])
    mark(machine, closed_bounds(machine))
    mark(machine, [*cancelled(machine), *opposed(machine)])
    if LOADERS.search(machine.frame.module.text) is None:
        mark(machine, _flat_for_good(machine))


def _flat_for_good(machine: Machine) -> list[Flat]:
    moved, flats = frozenset[int](), list(flat_at_start(machine, Starts(machine)))
    movable = {birth.node for birth in machine.log.births} - stay_unset(machine) if flats else set[int]()
    while flats:
        without = {pair for flat in flats for pair in flat.pairs(machine)}
        woken = movable & alive(machine, without)
        if woken <= moved:
            break
        moved |= woken
        flats = list(flat_at_start(machine, Starts(machine, moved)))
    steep = _below_infinite_slopes(machine)
    return [flat for flat in flats if flat.result not in steep]


def _below_infinite_slopes(machine: Machine) -> set[int]:
    """What feeds an operation whose slope is infinite at the start: zero times infinity is not zero."""
    starts, found = Starts(machine), set()
    for _, operation in each(machine):
        operand = hazardous(starts, operation)
        if operand is not None and starts.of(operand) == 0.0:
            found |= {node for node, _ in behind(machine, operand, SINGLE)}
    return found
