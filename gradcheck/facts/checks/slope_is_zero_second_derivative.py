"""Which second derivatives are taken of a network that is linear piece by piece, so that they are zero?"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import NamedTuple

from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.values import (
    Birth,
    Constant,
    External,
    Gradients,
    Layer,
    Opaque,
    Sequence,
    Tensor,
    Value,
)
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import JOIN, Operation, node_of, operation_of
from gradcheck.facts.numerics.zero_factors import starved_by
from gradcheck.facts.program import Program
from gradcheck.facts.queries.places import asked_for
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind

BENDS = frozenset({"relu", "relu6", "leaky_relu", "layers.ReLU", "layers.LeakyReLU"})
STRAIGHT = BENDS | {
    "+",
    "-",
    "-x",
    "[]",
    "cast",
    "concat",
    JOIN,
    "expand_dims",
    "identity",
    "layers.Add",
    "layers.Concatenate",
    "layers.Conv1D",
    "layers.Conv2D",
    "layers.Dense",
    "layers.Dropout",
    "layers.Flatten",
    "layers.InputLayer",
    "linear",
    "reduce_mean",
    "reduce_sum",
    "reshape",
    "squeeze",
    "stack",
    "transpose",
}
"""Operations that are linear, or linear piece by piece."""
SECOND_DERIVATIVE = "second derivative"
"""The detail of these findings, and the variant of their words where another file makes the network."""


class Behind(NamedTuple):
    """What is computed from a source, and the nodes of the source itself."""

    nodes: Container[int]
    ends: frozenset[int]


def ask(program: Program) -> Iterator[Starved]:
    """Gradients of a gradient, of such a network, for the same input."""
    machine = program.machine
    first = {one.node: one for one in machine.log.gradients}
    asked = {query.site: query for query in machine.log.queries if query.tape is not None}
    for query in machine.log.queries:
        inner = _inner(machine, query, first)
        before = asked.get(inner.site) if inner is not None else None
        if inner is None or before is None:
            continue
        sources = {_identity(held) for held in flatten(inner.sources)}
        for held in flatten(query.sources):
            bends = _bends(machine, before.target, _behind(machine, held))
            if _identity(held) in sources and bends:
                yield from _told(program, query, bends[-1])


def _told(program: Program, query: Query, bend: Operation) -> Iterator[Starved]:
    """The finding at what bends first on the way from the input, as that is to be changed; at the gradient
    where another file says it. It is about what is multiplied by the derivative, else about the input."""
    machine, name, place = program.machine, asked_for(query), _place(program.machine, bend)
    here = place.frame.module is program.module
    made = [one.node for one in machine.log.gradients if one.site == query.site]
    for birth in starved_by(machine, made) or [Birth(-1, query.site, name=name, label=name)]:
        yield starve(
            birth,
            Kind.ZERO_SLOPE,
            place if here else query.site,
            "straight, piece by piece" if here else "zero everywhere",
            scene="tape",
            detail=SECOND_DERIVATIVE,
            variant="straight" if here else SECOND_DERIVATIVE,
        )


def _place(machine: Machine, bend: Operation) -> Site:
    """Where an activation is chosen: by a layer of its own, by an argument of a layer, or where it is
    called."""
    if bend.layer is not None:
        return bend.layer.site
    before = operation_of(machine, bend.first)
    layer = before.layer if before is not None and before.site.node is bend.site.node else None
    chosen = layer.made.placed("activation", 1) if layer is not None and layer.made is not None else None
    return Site(chosen[0], layer.site.frame) if layer is not None and chosen is not None else bend.site


def _identity(value: Value) -> int:
    """The same for two readings of one tensor."""
    node = node_of(value)
    return id(value) if node is None else -1 - node


def _behind(machine: Machine, source: Value) -> Behind:
    """What is computed from a source, which may be an argument of which nothing is known."""
    node = node_of(source)
    if node is not None:
        return Behind(machine.graph.forward([node]), frozenset([node]))
    used = [
        result
        for result, operation in machine.operations.items()
        if isinstance(source, Opaque) and any(one is source for one in flatten(Sequence(operation.inputs)))
    ]
    return Behind(machine.graph.forward(used), frozenset())


def _inner(machine: Machine, query: Query, first: dict[int, Gradients]) -> Gradients | None:
    """The gradient that a gradient is asked of, by itself or a part of it."""
    waiting, seen = [*query.target], set(query.target)
    while waiting:
        node = waiting.pop()
        if node in first:
            return first[node]
        operation = machine.operations.get(node)
        inside = (
            operation.inputs[:1] if operation is not None and operation.word in ("[]", "reduce_sum") else []
        )
        for value in inside:
            one = value.node if isinstance(value, (Tensor, Gradients)) else None
            if one is not None and one not in seen:
                seen.add(one)
                waiting.append(one)
    return None


def _bends(machine: Machine, targets: Iterable[int], behind: Behind) -> list[Operation]:
    """Where it bends, if all that leads from an input to a target is linear piece by piece."""
    waiting, bends = [*targets], list[Operation]()
    seen = set(waiting)
    while waiting:
        node = waiting.pop()
        if node in behind.ends or node not in behind.nodes:
            continue
        operation, before = machine.operations.get(node), _passed_on(machine, node)
        if operation is not None and not before:
            # A later call of a model has nodes of its own, and the operations of the first.
            before = [edge.source for edge in machine.graph.incoming[node]]
            if not _is_straight(operation, before, behind.nodes):
                return []
            bends += [operation] if operation.word in BENDS else []
        elif not before:
            return []
        waiting += [one for one in before if one not in seen]
        seen.update(before)
    return bends


def _passed_on(machine: Machine, node: int) -> list[int]:
    """What a value is that nothing computes: a name's when a round of a loop begins, or what a functional
    model's placeholder is given."""
    operation = machine.operations.get(node)
    edges = machine.graph.incoming[node]
    if operation is not None and operation.word not in ("Input", "layers.Input"):
        return []
    if operation is None and not all(edge.site is None for edge in edges):
        return []
    return [edge.source for edge in edges]


def _is_straight(operation: Operation, before: list[int], behind: Container[int]) -> bool:
    if operation.word in ("*", "/", "@"):
        above = operation.word != "/" or any(one in behind for one in _nodes(operation.inputs[0]))
        return above and len([one for one in before if one in behind]) == 1
    layer = operation.layer
    plain = layer is None or not _odd(layer)
    return operation.word in STRAIGHT and plain


def _odd(layer: Layer) -> bool:
    """Whether a layer has an activation that is not followed as an operation of its own."""
    activation = layer.options.get("activation")
    known = isinstance(activation, Constant) and activation.value in (None, "relu", "linear", "leaky_relu")
    return activation is not None and not known and not isinstance(activation, External)


def _nodes(value: Value) -> list[int]:
    return [node for node in map(node_of, flatten(value)) if node is not None]
