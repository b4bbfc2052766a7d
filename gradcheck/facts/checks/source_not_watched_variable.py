"""Which variables are asked for of a tape that watches only what it is told to?"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.graph import KERAS_BITS
from gradcheck.facts.domain.values import Birth
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.intended import among, could_train
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind, Severity


def ask(program: Program) -> Iterator[Starved]:
    """Every variable that a target is computed from, that is asked for, and that the tape was not told of."""
    machine = program.machine
    for query in machine.log.queries:
        if query.tape is not None and query.tape.alone:
            yield from _missed(machine, query)


def _missed(machine: Machine, query: Query) -> Iterator[Starved]:
    assert query.tape is not None
    graph, tape = machine.graph, query.tape
    made = {birth.node for birth in machine.log.births}
    watched = graph.backward(tape.watched, lambda edge: edge.target not in made)
    if watched & (graph.unknown | graph.stand_ins):
        return
    for birth in weights_of(machine, query.sources):
        if could_train(birth) and not among(birth, watched) and _used(machine, query, birth):
            yield starve(
                birth,
                Kind.NOT_WATCHED,
                tape.site,
                "watches only what it is told to",
                scene="tape",
                severity=Severity.ERROR,
                variant="told",
            )


def _used(machine: Machine, query: Query, birth: Birth) -> bool:
    """Whether a gradient would arrive, were it watched."""
    return any(birth.node in machine.graph.alive(query.target, query.bit, bit) for bit in KERAS_BITS.values())
