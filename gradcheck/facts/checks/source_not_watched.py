"""Which gradients are asked for plain tensors, or variables that are not trainable, that no tape was told to
watch in time?"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.values import Birth, Tensor, WeightRef
from gradcheck.facts.domain.wording import cut_at, weight_of
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.events import Did
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.numerics.dtypes import is_integer
from gradcheck.facts.program import Program
from gradcheck.facts.queries.places import asked_for
from gradcheck.report.finding import Step
from gradcheck.report.kinds import BOTH_KERAS, Kind, Severity


def ask(program: Program) -> Iterator[Starved]:
    """Sources that are constants as far as the tape knows: made outside it, from no weight, and never
    watched."""
    machine = program.machine
    trained = {birth.node for birth in machine.log.births}
    for query in machine.log.queries:
        for number, source in enumerate(flatten(query.sources)):
            if isinstance(source, Tensor) and _plain(machine, query, source, trained):
                name = asked_for(query, number)
                yield _report(query, Birth(source.node, query.site, name, name))
            elif isinstance(source, WeightRef) and _passive(machine, query, source.weight):
                yield _report(query, source.weight)


def _passive(machine: Machine, query: Query, birth: Birth) -> bool:
    """Whether a variable was made not to be trained, so that no tape watches it by itself."""
    if query.tape is None or birth.trainable is not False or birth.node in query.tape.watched:
        return False
    flags = (event.owner for event in machine.log.events if event.did is Did.FLAG)
    if any(isinstance(owner, WeightRef) and owner.weight is birth for owner in flags):
        return False
    return birth.node in machine.graph.backward(query.target)


def _plain(machine: Machine, query: Query, source: Tensor, trained: set[int]) -> bool:
    tape, graph = query.tape, machine.graph
    if tape is None or source.symbolic or source.unknown or _in_time(machine, query, source, trained):
        return False
    others = trained | graph.unknown | machine.graph.stand_ins | set(tape.watched) - {source.node}
    if graph.backward([source.node]) & others:
        return False
    made = graph.incoming[source.node]
    outside = all(edge.site is None or not edge.recorded & tape.bit for edge in made)
    return outside and source.node in machine.graph.plain and source.node in graph.backward(query.target)


def _in_time(machine: Machine, query: Query, source: Tensor, trained: set[int]) -> bool:
    """Whether the tape saw some use of a tensor that leads to the target: one after the tensor was watched,
    or one beside something else that it watches. Integers are watched in vain."""
    graph, tape = machine.graph, query.tape
    if tape is None or source.node not in tape.watched or is_integer(machine, source):
        return False
    ahead = graph.backward(query.target)
    seen = (trained | set(tape.watched) | graph.unknown | machine.graph.stand_ins) - {source.node}
    for number, edge in enumerate(graph.outgoing[source.node]):
        if edge.target in ahead:
            beside = {other.source for other in graph.incoming[edge.target]}
            if number >= tape.watched[source.node] or graph.backward(beside) & seen:
                return True
    return False


def _report(query: Query, birth: Birth) -> Starved:
    used = query.tape is not None and query.tape.watched.get(birth.node, 0) > 0
    late = query.tape.watches.get(birth.node) if query.tape is not None and used else None
    cut = cut_at(late or query.site, Kind.NOT_WATCHED)
    trail = tuple(
        Step(query.site.frame.module.location(site.node), "records")
        for site in (query.tape.entered if query.tape else ())
    )
    return Starved(
        weight_of(birth),
        cut,
        (
            *trail,
            Step(cut.location, "watched too late" if late else "asked here, not watched before it was used"),
        ),
        BOTH_KERAS,
        "tape",
        Severity.WARNING,
    )
