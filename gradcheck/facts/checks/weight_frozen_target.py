"""Which weights start at random, are never trained nor assigned, and serve a loss alone?

A random projection on the way to the output may be meant to stay; a random target that a loss compares with
cannot: nothing ever makes it better than it was.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.values import Birth, Constant, External, Held, Instance, Value, Variables
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.events import Did
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import operation_of
from gradcheck.facts.ownership.intended import LOADED, handed_over
from gradcheck.facts.program import Program
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind

RANDOM = (
    "random",
    "uniform",
    "normal",
    "glorot",
    "he_",
    "lecun",
    "orthogonal",
    "variancescaling",
    "henormal",
)


def ask(program: Program) -> Iterator[Starved]:
    """Every such weight of a layer whose class was run."""
    machine = program.machine
    births = [
        birth for birth in machine.log.births if birth.trainable is False and _is_random(machine, birth)
    ]
    if not births or any(event.word in LOADED for event in machine.log.events):
        return
    away = handed_over(machine)
    flagged = {id(event.owner) for event in machine.log.events if event.did is Did.FLAG}
    for query in machine.log.queries:
        owner = _layer(query)
        for birth in births if owner is not None and id(owner) not in flagged else ():
            mine = _maker(birth) is owner and birth.node not in away
            if mine and not _assigned(machine, birth) and _for_a_loss_alone(machine, query, birth):
                yield starve(birth, Kind.FROZEN, birth.site, variant="own-flag")


def _layer(query: Query) -> Instance | None:
    sources = query.sources
    owner = sources.owners[0] if not query.in_training and isinstance(sources, Variables) else None
    return owner if isinstance(owner, Instance) else None


def _maker(birth: Birth) -> Value | None:
    """The object that keeps a weight, or whose method makes it by itself."""
    function = birth.site.frame.function
    return birth.owner or (function.bound if function is not None else None)


def _assigned(machine: Machine, birth: Birth) -> bool:
    return any(edge.writes for edge in machine.graph.incoming[birth.node])


def _for_a_loss_alone(machine: Machine, query: Query, birth: Birth) -> bool:
    """Whether all that is computed from a weight goes into added losses, and no output."""
    output, *losses = query.target
    reached = machine.graph.forward([birth.node])
    return output not in reached and any(loss in reached for loss in losses)


def _is_random(machine: Machine, birth: Birth) -> bool:
    operation = machine.operations.get(birth.node)
    if operation is None:
        return False
    if birth.bare:
        made = operation_of(machine, operation.arguments.get("initial_value", 0))
        return made is not None and any(word in made.word for word in RANDOM)
    given = operation.arguments.get("initializer")
    return given is not None and any(word in _word(given).lower() for word in RANDOM)


def _word(value: Value) -> str:
    match value:
        case Constant(value=str() as text):
            return text
        case External() | Held():
            return value.name.rpartition(".")[2]
    return ""
