"""Which gradients are asked for plain tensors that no tape was told to watch?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.facts.facts import Starved
from gradcheck.facts.language.log import Query
from gradcheck.facts.language.machine import Machine, flatten
from gradcheck.facts.language.values import Birth, Tensor
from gradcheck.facts.naming import cut_at, weight_of
from gradcheck.facts.program import Program
from gradcheck.finding import Step
from gradcheck.kinds import BOTH_KERAS, Kind, Severity


def ask(program: Program) -> Iterator[Starved]:
    """Sources that are constants as far as the tape knows: made outside it, from no weight, and never
    watched."""
    machine = program.machine
    trained = {birth.node for birth in machine.log.births}
    for query in machine.log.queries:
        for source in flatten(query.sources):
            if isinstance(source, Tensor) and _plain(machine, query, source, trained):
                yield _report(query, source)


def _plain(machine: Machine, query: Query, source: Tensor, trained: set[int]) -> bool:
    tape, graph = query.tape, machine.graph
    if tape is None or source.symbolic or source.unknown or source.node in tape.watched:
        return False
    behind = graph.backward([source.node])
    if behind & trained or behind & graph.unknown or behind & set(tape.watched) or behind & machine.stand_ins:
        return False
    made = graph.incoming[source.node]
    outside = all(edge.site is None or not edge.recorded & tape.bit for edge in made)
    return outside and source.node in machine.plain and source.node in graph.backward(query.target)


def _asked_for(query: Query) -> str:
    """What the program calls the source that it asks for."""
    match query.site.node:
        case ast.Call(args=[_, (ast.Name() | ast.Attribute()) as source, *_]):
            return ast.unparse(source)
        case ast.Call(
            keywords=[*_, ast.keyword(arg="sources", value=(ast.Name() | ast.Attribute()) as source)]
        ):
            return ast.unparse(source)
    return "the source of this gradient"


def _report(query: Query, source: Tensor) -> Starved:
    birth = Birth(source.node, query.site, name=_asked_for(query), label=_asked_for(query))
    cut = cut_at(query.site, Kind.NOT_WATCHED)
    trail = tuple(
        Step(query.site.frame.module.location(site.node), "records")
        for site in (query.tape.entered if query.tape else ())
    )
    weight = weight_of(birth)
    return Starved(
        weight,
        cut,
        (*trail, Step(cut.location, "asked here, never watched")),
        BOTH_KERAS,
        "tape",
        Severity.WARNING,
    )
