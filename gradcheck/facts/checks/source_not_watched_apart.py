"""Which gradients are asked for a tensor that the target is not computed from, but from what it was made of?

`x = points[:, :1]` is a value of its own: what a network makes of `points` does not depend on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.values import Birth, Tensor, Value
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import INDEX, node_of, operation_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.places import asked_for
from gradcheck.facts.queries.starve import starve
from gradcheck.report.finding import Step
from gradcheck.report.kinds import Kind

APART = "apart"
CUTS = frozenset({INDEX, "split", "unstack", "slice", "gather", "reshape", "expand_dims", "squeeze", "cast"})
"""What gives a part of a tensor, or the same in another form."""


def ask(program: Program) -> Iterator[Starved]:
    """Tensors that a tape was told to watch and that lead to nothing it is asked about."""
    machine = program.machine
    taken = {one.site: one.node for one in machine.log.gradients}
    told: set[int] = set()
    for query in machine.log.queries:
        for number, source in enumerate(flatten(query.sources)):
            # What is asked of a gradient that does not depend on it is not another fault.
            if told.isdisjoint(query.target) and _is_apart(machine, query, source):
                told.add(taken.get(query.site, -1))
                yield _starved(query, asked_for(query, number))


def _starved(query: Query, name: str) -> Starved:
    birth = Birth(-1, query.site, name, name)
    starved = starve(birth, Kind.NOT_WATCHED, query.site, scene="tape", variant=APART)
    return replace(starved, trail=(Step(starved.cut.location, "does not depend on it"),))


def _is_apart(machine: Machine, query: Query, source: Value) -> bool:
    graph, tape = machine.graph, query.tape
    if tape is None or not isinstance(source, Tensor) or source.node not in tape.watched:
        return False
    operation, behind = operation_of(machine, source), graph.backward(query.target)
    if operation is None or operation.word not in CUTS or node_of(operation.first) not in behind:
        return False
    known = not (behind | graph.backward([source.node])) & (graph.unknown | graph.stand_ins)
    return known and source.node not in behind
