"""Which second derivatives are taken of a network that is linear piece by piece, so that they are zero?"""

from __future__ import annotations

from collections.abc import Container, Iterator

from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.values import Birth, Constant, Gradients, Layer, Sequence, Tensor, Value
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import Operation, node_of
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
        sources = {node_of(held) for held in flatten(inner.sources) if isinstance(held, Tensor)}
        for held in flatten(query.sources):
            if isinstance(held, Tensor) and held.node in sources and _straight(machine, before, held.node):
                name = asked_for(query)
                birth = Birth(-1, query.site, name=name, label=name)
                yield starve(birth, Kind.ZERO_SLOPE, query.site, "zero everywhere", scene="tape")


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


def _straight(machine: Machine, query: Query, source: int) -> bool:
    """Whether all that leads from an input to a target is linear piece by piece, and bends somewhere."""
    behind, waiting, bends = machine.graph.forward([source]), [*query.target], False
    seen = set(waiting)
    while waiting:
        node = waiting.pop()
        if node == source or node not in behind:
            continue
        operation = machine.operations.get(node)
        if operation is None or not _is_straight(operation, behind):
            return False
        bends = bends or operation.word in BENDS
        for one in (one for value in operation.inputs for one in _nodes(value)):
            if one not in seen:
                seen.add(one)
                waiting.append(one)
    return bends


def _is_straight(operation: Operation, behind: Container[int]) -> bool:
    if operation.word in ("*", "/", "@"):
        moved = [value for value in operation.inputs if any(one in behind for one in _nodes(value))]
        return len(moved) == 1 and (operation.word != "/" or moved[0] is operation.inputs[0])
    layer = operation.layer
    plain = layer is None or not _odd(layer)
    return operation.word in STRAIGHT and plain


def _odd(layer: Layer) -> bool:
    """Whether a layer has an activation that is not followed as an operation of its own."""
    activation = layer.options.get("activation")
    return activation is not None and not (
        isinstance(activation, Constant) and activation.value in (None, "relu", "linear", "leaky_relu")
    )


def _nodes(value: Value) -> list[int]:
    parts = value.items if isinstance(value, Sequence) else [value]
    return [node for node in map(node_of, parts) if node is not None]
