"""Which gradients are asked for a watched tensor that leads to the target only past a cut?

Such as a second derivative of a first one that was taken after its tape was closed.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.graph import KERAS_BITS
from gradcheck.facts.domain.values import Birth, Tensor
from gradcheck.facts.domain.wording import cut_at, weight_of
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.program import Program
from gradcheck.facts.queries.fates import cuts_of, kind_of
from gradcheck.facts.queries.places import asked_for
from gradcheck.facts.queries.starve import trail
from gradcheck.report.kinds import Kind


def ask(program: Program) -> Iterator[Starved]:
    """Every such tensor, at the cut."""
    machine = program.machine
    for query in machine.log.queries:
        tape = query.tape
        for source in flatten(query.sources) if tape is not None and tape.watched else ():
            if isinstance(source, Tensor) and tape is not None and tape.watched.get(source.node) == 0:
                yield from _cuts(machine, query, source)


def _cuts(machine: Machine, query: Query, source: Tensor) -> Iterator[Starved]:
    graph = machine.graph
    behind = graph.backward(query.target)
    if source.node not in behind or behind & graph.unknown - {source.node}:
        return
    name = asked_for(query)
    birth = Birth(source.node, query.site, name, name)
    for keras, bit in KERAS_BITS.items():
        if source.node in graph.alive(query.target, query.bit, bit):
            continue
        for edge, way in list(cuts_of(graph, query, birth, bit, behind))[:1]:
            kind = kind_of(edge, query, keras)
            if edge.site is not None and kind in (Kind.OUTSIDE_TAPE, Kind.CAPTURED):
                cut = cut_at(edge.site, Kind.OUTSIDE_TAPE, edge.detail)
                yield Starved(weight_of(birth), cut, tuple(trail(birth, way, cut)), (keras,), "tape")
