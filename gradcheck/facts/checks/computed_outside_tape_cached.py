"""Which distributions are asked for the probability of their very own sample, drawn before the tape?

A multivariate normal is a standard one behind a bijector, which remembers what each sample was made from:
the probability of that tensor looks it up, and the location, which only the inverse needs, is never read.
What a traced function draws, or is given, is another tensor.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.values import Birth, Held, Value, WeightRef
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import Operation, operation_of
from gradcheck.facts.numerics.flat_operations import each
from gradcheck.facts.numerics.own_samples import INDEPENDENT, location_of, method_of
from gradcheck.facts.ownership.intended import could_train, is_tape
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.starve import starve
from gradcheck.report.accounts import CACHED
from gradcheck.report.kinds import Kind

_TRANSFORMED = "tfp.distributions.MultivariateNormal"


def ask(program: Program) -> Iterator[Starved]:
    """The weights of a location that a tape is asked for, and that nothing else of the loss reads."""
    machine = program.machine
    for query in filter(is_tape, machine.log.queries):
        for density, sample in _own(machine, query):
            for birth in _behind_location(machine, query, density):
                yield starve(
                    birth,
                    Kind.OUTSIDE_TAPE,
                    sample.site,
                    "drawn outside the tape",
                    scene="tape",
                    variant=CACHED,
                )


def _own(machine: Machine, query: Query) -> Iterator[tuple[Operation, Operation]]:
    """Densities of the loss that are of the same object's own sample, with the call that drew it."""
    behind = machine.graph.backward(query.target)
    for node, density in each(machine):
        if (
            node not in behind
            or method_of(density) not in ("log_prob", "prob")
            or not _is_transformed(density)
        ):
            continue
        sample = operation_of(machine, density.arguments.get("value", 0))
        if sample is None or method_of(sample) != "sample" or not _is_same(sample.receiver, density.receiver):
            continue
        if sample.site.frame.traced or density.site.frame.traced:
            continue
        if _is_recorded(machine, query, node) and not _is_recorded(machine, query, _result(machine, sample)):
            yield density, sample


def _is_same(one: Value | None, other: Value | None) -> bool:
    """Whether two distributions share a cache: also those that are made anew of the same tf.Variable do."""
    if one is other or not (isinstance(one, Held) and isinstance(other, Held) and one.name == other.name):
        return one is other
    places = location_of(one), location_of(other)
    bare = [place.weight for place in places if isinstance(place, WeightRef) and place.weight.bare]
    return len(bare) == 2 and bare[0] is bare[1]


def _is_transformed(density: Operation) -> bool:
    return isinstance(density.receiver, Held) and density.receiver.name.startswith(_TRANSFORMED)


def _result(machine: Machine, operation: Operation) -> int:
    return next(node for node, one in machine.operations.items() if one is operation)


def _is_recorded(machine: Machine, query: Query, node: int) -> bool:
    return any(edge.recorded & query.bit for edge in machine.graph.incoming[node])


def _behind_location(machine: Machine, query: Query, density: Operation) -> Iterator[Birth]:
    """What the location is made of, if the loss asks the distribution nothing else that depends on it."""
    held = density.receiver
    location = location_of(held) if isinstance(held, Held) else None
    if not isinstance(held, Held) or location is None:
        return
    behind = machine.graph.backward(query.target)
    asked = [(node, one) for node, one in each(machine) if node in behind and _is_same(one.receiver, held)]
    if any(one is not density and method_of(one) not in INDEPENDENT | {"sample"} for _, one in asked):
        return
    own = {node for node, _ in asked}
    elsewhere = machine.graph.backward(query.target, lambda edge: edge.target not in own)
    made_of = machine.graph.backward(machine.nodes(location))
    for birth in weights_of(machine, query.sources):
        if birth.node in made_of and birth.node not in elsewhere and could_train(birth):
            yield birth
