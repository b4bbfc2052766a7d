"""Distributions whose log-probability is taken of their own sample, which moves with their parameters.

Both shift together, so the location cancels: its gradient is exactly zero. Where the sample reaches the
loss by another way (a variational objective, an actor's value), or the distribution is asked anything
else, all is well.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.values import Held, Value
from gradcheck.facts.effects.row import effect
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import Operation, node_of
from gradcheck.facts.interpreter.statistics import inner_of, split
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

_LOCATION = "loc"
INDEPENDENT_OF = "tfp.distributions.Independent"
_SHAPES = frozenset({"batch_shape_tensor", "event_shape_tensor"})


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
    inner = inner_of(distribution)
    alone = inner is not None and _readers(machine, inner) == {distribution.node}
    return inner if alone and inner is not None else distribution


def location_of(distribution: Held) -> Value | None:
    """What was given as the location."""
    return distribution.argument(_LOCATION, _position(distribution)) if distribution.name in SHIFTED else None


def _position(distribution: Held) -> int:
    """Where the location stands among the arguments."""
    row = effect(distribution.name)
    parts = (part for _, part in row.unread if part.name == _LOCATION) if row is not None else ()
    return next((part.position for part in parts), 0)


def _kept_in(distribution: Held) -> int:
    """What keeps the location."""
    place = _position(distribution)
    kept = (one.kept for one in distribution.parameters if one.name == _LOCATION or one.position == place)
    return next(kept, distribution).node


def leaves_location_out(distribution: Held, method: str) -> bool:
    """Whether what a method returns does not depend on the location."""
    inner = inner_of(distribution) or distribution
    left = (one.node for one in split(inner, method)[1])
    return method in _SHAPES or _kept_in(inner) in left


def _readers(machine: Machine, distribution: Held) -> set[int]:
    """What reads a distribution, or one of its parameters."""
    parts = [distribution.node, *(one.kept.node for one in distribution.parameters)]
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
    harmless = {
        result for result, operation in asked if leaves_location_out(distribution, method_of(operation))
    }
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
