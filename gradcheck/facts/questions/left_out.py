"""Which models take part in a loss that is minimised, and are in nobody's list of variables?"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.facts import Starved
from gradcheck.facts.language.graph import KERAS_BITS, Site
from gradcheck.facts.language.log import Query
from gradcheck.facts.language.machine import Machine, flatten
from gradcheck.facts.language.values import Birth, Opaque, Value, Variables
from gradcheck.facts.owners.meant import (
    could_train,
    is_tape,
    listed,
    looked_after,
    meant,
    named_by_hand,
    trained_by_keras,
)
from gradcheck.facts.owners.ownership import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.starve import starve
from gradcheck.kinds import Kind, Severity


def ask(program: Program) -> Iterator[Starved]:
    """Weights made here at random that a training step moves past: no list, no `fit`, no file has them."""
    machine = program.machine
    steps = [query for query in machine.log.queries if is_tape(query) and _applied(machine, query)]
    if not steps or any(_unclear(query.sources) for query in machine.log.queries if is_tape(query)):
        return
    excused = looked_after(machine) | listed(machine) | trained_by_keras(machine) | named_by_hand(machine)
    # Of several steps that move past a model, the last is its own: one player's loss contains the other.
    places: dict[int, tuple[Birth, Site]] = {}
    for query in steps:
        place = _list(query.sources)
        for birth in _passed(machine, query) if place else ():
            if place and not meant(birth, excused):
                places[id(birth.site.node)] = birth, place
    for birth, place in places.values():
        yield starve(
            birth, Kind.WRONG_VARIABLES, place, "not in this list", scene="tape", severity=Severity.WARNING
        )


def _applied(machine: Machine, query: Query) -> bool:
    return any(one.gradients.site.node is query.site.node for one in machine.log.applied)


def _unclear(value: Value) -> bool:
    return any(isinstance(held, Opaque) for held in flatten(value)) or any(
        isinstance(owner, Opaque)
        for held in flatten(value)
        if isinstance(held, Variables)
        for owner in held.owners
    )


def _list(value: Value) -> Site | None:
    """Where a model's variables are listed."""
    return next((held.site for held in flatten(value) if isinstance(held, Variables)), None)


def _passed(machine: Machine, query: Query) -> Iterator[Birth]:
    """Weights of library layers that the loss moves, beside weights that the step asks for."""
    graph = machine.graph
    alive = set.intersection(*(graph.alive(query.target, query.bit, bit) for bit in KERAS_BITS.values()))
    if not weights_of(machine, query.sources) or alive & graph.unknown:
        return
    for birth in machine.log.births:
        if birth.node in alive and birth.of_layer and could_train(birth):
            yield birth
