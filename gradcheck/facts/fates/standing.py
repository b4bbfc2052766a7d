"""How every query finds every weight it asks for: by edges that are known, by others, or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple

from gradcheck.facts.domain.graph import KERAS_BITS, Edge, Graph
from gradcheck.facts.domain.values import Birth
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.fates import lives
from gradcheck.facts.queries.held import Held


class Standing(IntEnum):
    """What a query finds of a weight, the best last."""

    LOST = 0
    HANDED_OVER = 1
    LIVE = 2
    SURE = 3


class Standpoint(NamedTuple):
    """One query's view of one weight under one Keras."""

    birth: Birth
    query: Query
    keras: str
    standing: Standing


def standpoints(program: Program) -> dict[int, list[Standpoint]]:
    """The views of every weight, by its node."""
    machine = program.machine
    found: dict[int, list[Standpoint]] = {}
    held = Held.of(machine)
    for query in (*machine.log.queries, *machine.log.supposed):
        births = [birth for birth in weights_of(machine, query.sources) if birth.trainable is not False]
        for keras, bit in KERAS_BITS.items() if births else ():
            for birth, standing in _view(machine, query, bit, births, held.by(query)):
                found.setdefault(birth.node, []).append(Standpoint(birth, query, keras, standing))
    return found


def _view(
    machine: Machine, query: Query, keras: int, births: list[Birth], held: frozenset[int]
) -> list[tuple[Birth, Standing]]:
    alive = machine.graph.alive(query.target, query.bit, keras)
    sure = alive
    if not alive.isdisjoint(machine.graph.doubts):
        sure = surely_alive(machine.graph, query.target, query.bit, keras)
    return [(birth, _standing(birth, alive, sure, held)) for birth in births]


def surely_alive(graph: Graph, target: Iterable[int], recorded: int, keras: int) -> set[int]:
    """Everything that a gradient of the target reaches by edges that are known."""

    def known(edge: Edge) -> bool:
        return edge.target not in graph.doubts and edge.flows(recorded, keras)

    return graph.backward(target, known)


def _standing(birth: Birth, alive: set[int], sure: set[int], held: frozenset[int]) -> Standing:
    if lives(birth, sure):
        return Standing.SURE
    if lives(birth, alive):
        return Standing.LIVE
    return Standing.HANDED_OVER if birth.node in held else Standing.LOST
