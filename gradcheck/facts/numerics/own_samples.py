"""Distributions whose log-probability is taken of their own sample, which moves with their parameters.

Both shift together, so the location cancels: its gradient is exactly zero. Where the sample reaches the
loss by another way (a variational objective, an actor's value), or the distribution is asked anything
else, all is well.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.values import Held, Value
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import Operation, node_of
from gradcheck.facts.numerics.flat_operations import Flat, each
from gradcheck.report.kinds import Kind

SHIFTED = frozenset(
    f"tfp.distributions.{name}"
    for name in (
        "Normal",
        "Laplace",
        "Cauchy",
        "Logistic",
        "Gumbel",
        "StudentT",
        "MultivariateNormalDiag",
        "MultivariateNormalTriL",
    )
)
"""Families in which moving the location moves the samples by as much."""

INDEPENDENT_OF = "tfp.distributions.Independent"
INDEPENDENT = frozenset({"entropy", "stddev", "variance", "batch_shape_tensor", "event_shape_tensor"})
"""What does not depend on the location."""


def own_samples(machine: Machine) -> Iterator[Flat]:
    """The locations that cancel: the edges into the distribution, named after the log-probability."""
    asked: dict[int, list[tuple[int, Operation]]] = {}
    held: dict[int, Held] = {}
    for node, operation in each(machine):
        if isinstance(operation.receiver, Held) and operation.receiver.name in SHIFTED | {INDEPENDENT_OF}:
            held[operation.receiver.node] = operation.receiver
            asked.setdefault(operation.receiver.node, []).append((node, operation))
    for node, distribution in held.items():
        inner = _inner(machine, distribution)
        place = location_of(inner)
        density = _cancelling(machine, distribution, asked[node])
        if place is not None and density is not None:
            yield Flat(density, _kept_in(inner), place, Kind.ZERO_SLOPE, detail=inner.name)


def _inner(machine: Machine, distribution: Held) -> Held:
    """The distribution that an `Independent` is made of, if nobody else asks it anything."""
    positional, keywords = distribution.arguments
    inner = keywords.get("distribution", positional[0] if positional else None)
    if distribution.name != INDEPENDENT_OF or not isinstance(inner, Held):
        return distribution
    return inner if _readers(machine, inner) == {distribution.node} else distribution


def location_of(distribution: Held) -> Value | None:
    positional, keywords = distribution.arguments
    if distribution.name not in SHIFTED:
        return None
    place = _position(distribution)
    return keywords.get("loc", positional[place] if len(positional) > place else None)


def _position(distribution: Held) -> int:
    """Where the location stands among the arguments."""
    return int(distribution.name.endswith("StudentT"))


def _kept_in(distribution: Held) -> int:
    """What keeps the location."""
    place = _position(distribution)
    kept = (part.node for word, at, part in distribution.parameters if word == "loc" or at == place)
    return next(kept, distribution.node)


def _readers(machine: Machine, distribution: Held) -> set[int]:
    """What reads a distribution, or one of its parameters."""
    parts = [distribution.node, *(part.node for _, _, part in distribution.parameters)]
    return {edge.target for part in parts for edge in machine.graph.outgoing[part]} - set(parts)


def _cancelling(machine: Machine, distribution: Held, asked: list[tuple[int, Operation]]) -> Operation | None:
    """The log-probability of the distribution's own sample, if nothing else lets its location through."""
    samples = {result for result, operation in asked if method_of(operation) == "sample"}
    densities = {
        result: operation
        for result, operation in asked
        if method_of(operation) in ("log_prob", "prob")
        and node_of(operation.arguments.get("value", 0)) in samples
    }
    harmless = {result for result, operation in asked if method_of(operation) in INDEPENDENT}
    readers = _readers(machine, distribution)
    if not densities or not readers <= samples | set(densities) | harmless:
        return None
    if _escape(machine, samples, set(densities)):
        return None
    return next(iter(densities.values()))


def method_of(operation: Operation) -> str:
    return operation.name.rpartition(".")[2]


def _escape(machine: Machine, samples: set[int], densities: set[int]) -> bool:
    """Whether a sample reaches a loss by another way than those log-probabilities."""
    reached = machine.graph.forward(samples, lambda edge: edge.kind is None and edge.target not in densities)
    return not machine.log.targets.isdisjoint(reached) or machine.escape_node in reached
