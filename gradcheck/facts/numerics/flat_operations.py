"""Edges on which a gradient flows and is exactly zero, whatever comes in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set
from typing import NamedTuple

from gradcheck.facts.domain.graph import EITHER, KERAS_BITS, Edge, Site
from gradcheck.facts.domain.values import Layer, Value
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import Operation
from gradcheck.report.kinds import Kind

Pair = tuple[int, int]


class Flat(NamedTuple):
    """An operand that makes no difference to a result; `site`: where the reason stands, if elsewhere."""

    operation: Operation
    result: int
    operand: Value
    kind: Kind
    keras: int = EITHER
    detail: str = ""
    site: Site | None = None

    def pairs(self, machine: Machine) -> set[Pair]:
        """The edges it stands for."""
        return {(source, self.result) for source in machine.nodes(self.operand)}


def mark(machine: Machine, flats: Iterable[Flat]) -> None:
    """Make cuts of the edges that carry nothing but zeros."""
    for flat in flats:
        for source, target in flat.pairs(machine):
            for edge in [edge for edge in machine.graph.incoming[target] if edge.source == source]:
                _replace(machine, edge, flat)


def _replace(machine: Machine, edge: Edge, flat: Flat) -> None:
    if edge.kind is not None:
        return
    cut = edge._replace(
        kind=flat.kind, keras=flat.keras, site=flat.site or flat.operation.site, detail=flat.detail
    )
    for edges in (machine.graph.incoming[edge.target], machine.graph.outgoing[edge.source]):
        edges[edges.index(edge)] = cut


def alive(machine: Machine, without: set[Pair]) -> set[int]:
    """The weights that some query finds alive, under either Keras, although these edges carry nothing."""
    graph = machine.graph
    found = graph.backward([machine.escape_node], lambda edge: edge.kind is None)
    for query in machine.log.queries:
        for bit in KERAS_BITS.values():
            found |= graph.backward(query.target, _open(query.bit, bit, without))
    return found


def _open(tape: int, keras: int, without: set[Pair]) -> Callable[[Edge], bool]:
    return lambda edge: edge.flows(tape, keras) and (edge.source, edge.target) not in without


def each(machine: Machine) -> Iterator[tuple[int, Operation]]:
    """Every operation of a program that asks for a gradient, with the node of its result."""
    return iter(list(machine.operations.items()) if machine.log.queries else [])


def calls_of_layers(machine: Machine, words: Set[str]) -> dict[Layer, list[tuple[int, Operation]]]:
    """The calls of each layer of these kinds, among those operations."""
    found: dict[Layer, list[tuple[int, Operation]]] = {}
    for node, operation in each(machine):
        if operation.word in words and operation.layer is not None:
            found.setdefault(operation.layer, []).append((node, operation))
    return found
