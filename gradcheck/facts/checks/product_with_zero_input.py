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
from gradcheck.facts.numerics.flat_operations import each
from gradcheck.facts.numerics.handed_zeros import asked_by, zeros_behind
from gradcheck.facts.numerics.initial_values import Starts
from gradcheck.facts.ownership.intended import could_train
from gradcheck.facts.program import Program
from gradcheck.facts.queries.starve import part_of, starve
from gradcheck.report.kinds import Kind

LAYERS = frozenset({"layers.Dense", "layers.Conv1D", "layers.Conv2D", "layers.EinsumDense"})


def ask(program: Program) -> Iterator[Starved]:
    """The kernel of each such layer."""
    machine = program.machine
    called: dict[int, list[Operation]] = {}
    # A model that is called on zeros to make its weights learns nothing from that call.
    learned = machine.graph.backward(node for query in machine.log.queries for node in query.target)
    taught = set[int]()
    for result, operation in each(machine):
        if operation.word in LAYERS and operation.layer is not None:
            called.setdefault(id(operation.layer), []).append(operation)
            taught |= {id(operation.layer)} if result in learned else set()
    starts = Starts(machine, frozenset(birth.node for birth in machine.log.births))
    for operations in (called[one] for one in called if one in taught):
        layer, place = operations[0].layer, _place(machine, starts, operations)
        for birth in layer.births if layer and place else ():
            if layer and place and could_train(birth):
                note = "multiplies a state of zeros"
                yield starve(part_of(layer, birth, "kernel"), Kind.ZERO_PRODUCT, place, note, variant="state")


def _place(machine: Machine, starts: Starts, operations: list[Operation]) -> Site | None:
    """Where zeros are handed to a layer, if nothing else ever is."""
    if not all(starts.of(operation.first) == 0.0 for operation in operations):
        return None
    first = operations[0]
    made = zeros_behind(machine, first.first)
    return asked_by(made, first.site) if made is not None else None
