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
from gradcheck.facts.interpreter.operations import Operation, node_of
from gradcheck.facts.numerics.flat_operations import each
from gradcheck.facts.numerics.own_samples import leaves_location_out, location_of, method_of
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
    own = list(_own(machine))
    for query in filter(is_tape, machine.log.queries if own else ()):
        for density, sample in _in_the_loss(machine, query, own):
            for birth in _behind_location(machine, query, density):
                yield starve(
                    birth,
                    Kind.OUTSIDE_TAPE,
                    sample.site,
                    "drawn outside the tape",
                    scene="tape",
                    variant=CACHED,
                )


def _own(machine: Machine) -> Iterator[tuple[int, int]]:
    """The densities of an object's own sample, each with what it is of."""
    for node, density in each(machine):
        place = node_of(density.arguments.get("value", 0)) if _is_density(density) else None
        sample = machine.operations.get(place) if place is not None else None
        if place is None or sample is None or method_of(sample) != "sample":
            continue
        traced = sample.site.frame.traced or density.site.frame.traced
        if not traced and _is_same(sample.receiver, density.receiver):
            yield node, place


def _in_the_loss(
    machine: Machine, query: Query, own: list[tuple[int, int]]
) -> Iterator[tuple[Operation, Operation]]:
    """Those that a tape saw on the way to its loss, of what was drawn before it."""
    behind = machine.graph.backward(query.target)
    for density, sample in own:
        inside = density in behind and _is_recorded(machine, query, density)
        if inside and not _is_recorded(machine, query, sample):
            yield machine.operations[density], machine.operations[sample]


def _is_same(one: Value | None, other: Value | None) -> bool:
    """Whether two distributions share a cache: also those that are made anew of the same tf.Variable do."""
    if one is other or not (isinstance(one, Held) and isinstance(other, Held) and one.name == other.name):
        return one is other
    places = location_of(one), location_of(other)
    bare = [place.weight for place in places if isinstance(place, WeightRef) and place.weight.bare]
    return len(bare) == 2 and bare[0] is bare[1]


def _is_density(operation: Operation) -> bool:
    held = operation.receiver
    transformed = isinstance(held, Held) and held.name.startswith(_TRANSFORMED)
    return transformed and method_of(operation) in ("log_prob", "prob")


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
    others = {method_of(one) for _, one in asked if one is not density} - {"sample"}
    if not all(leaves_location_out(held, method) for method in others):
        return
    own = {node for node, _ in asked}
    elsewhere = machine.graph.backward(query.target, lambda edge: edge.target not in own)
    made_of = machine.graph.backward(machine.nodes(location))
    for birth in weights_of(machine, query.sources):
        if birth.node in made_of and birth.node not in elsewhere and could_train(birth):
            yield birth
