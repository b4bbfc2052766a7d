"""Which layers are only ever called on zeros, so that their kernels never move?

A recurrent step that is written by hand begins with a state of zeros. Where no round hands on the state that
the last one made, the layer that reads it multiplies zeros.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.graph import Site
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import Operation
from gradcheck.facts.numerics.flat_operations import calls_of_layers
from gradcheck.facts.numerics.handed_zeros import asked_by, zeros_behind
from gradcheck.facts.numerics.initial_values import Starts
from gradcheck.facts.ownership.intended import could_train
from gradcheck.facts.program import Program
from gradcheck.facts.queries.reached import learned
from gradcheck.facts.queries.starve import part_of, starve
from gradcheck.report.kinds import Kind

LAYERS = frozenset({"layers.Dense", "layers.Conv1D", "layers.Conv2D", "layers.EinsumDense"})


def ask(program: Program) -> Iterator[Starved]:
    """The kernel of each such layer."""
    machine, behind = program.machine, learned(program)
    starts = Starts(machine, frozenset(birth.node for birth in machine.log.births))
    for layer, calls in calls_of_layers(machine, LAYERS).items():
        # A model that is called on zeros to make its weights learns nothing from that call.
        taught = any(node in behind for node, _ in calls)
        place = _place(machine, starts, [operation for _, operation in calls]) if taught else None
        if place is None:
            continue
        for birth in filter(could_train, layer.births):
            kernel = part_of(layer, birth, "kernel")
            yield starve(kernel, Kind.ZERO_PRODUCT, place, "multiplies a state of zeros", variant="state")


def _place(machine: Machine, starts: Starts, operations: list[Operation]) -> Site | None:
    """Where zeros are handed to a layer, if nothing else ever is."""
    if not all(starts.of(operation.first) == 0.0 for operation in operations):
        return None
    first = operations[0]
    made = zeros_behind(machine, first.first)
    return asked_by(made, first.site) if made is not None else None
