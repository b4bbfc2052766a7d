"""Which Keras 3 layers are kept in a `tf.Module` whose variables are listed? It does not look into them."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.classes import MODULE
from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.graph import KERAS_3
from gradcheck.facts.domain.values import Instance, Value, Variables
from gradcheck.facts.facts import Starved
from gradcheck.facts.ownership.intended import (
    Names,
    could_train,
    is_tape,
    looked_after,
    meant,
    named,
    trained_by_keras,
)
from gradcheck.facts.ownership.tracked import tracked
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind


def ask(program: Program) -> Iterator[Starved]:
    """Weights of Keras layers that a loss moves and that only `module.trainable_variables` was to list."""
    machine = program.machine
    queries = [query for query in machine.log.queries if is_tape(query) and any(_modules(query.sources))]
    if not queries:
        return
    excused: Names = looked_after(machine) | trained_by_keras(machine)
    for query in machine.log.queries if queries else ():
        others = (
            [held for held in flatten(query.sources) if not any(_modules(held))] if is_tape(query) else []
        )
        excused |= named([birth for held in others for birth in weights_of(machine, held)])
    for query in queries:
        alive = machine.graph.alive(query.target, query.bit, KERAS_3)
        for module in _modules(query.sources):
            for birth in tracked(machine, module, "2").values():
                seen = birth.bare and not birth.of_layer
                if birth.node in alive and not seen and could_train(birth) and not meant(birth, excused):
                    yield starve(birth, Kind.UNTRACKED, birth.site, keras=("3",), scene="tape")


def _modules(value: Value) -> Iterator[Instance]:
    for held in flatten(value):
        for owner in held.owners if isinstance(held, Variables) else ():
            if isinstance(owner, Instance) and owner.model.kind == MODULE and not owner.model.open:
                yield owner
