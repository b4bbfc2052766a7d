"""Which weights train, while a value computed from them before training stays what it was?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.facts.domain.graph import KERAS_BITS, Edge, Graph
from gradcheck.facts.domain.values import Birth
from gradcheck.facts.domain.wording import cut_at, weight_of
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.numerics.cancelling import COPIES
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.fates import in_graph, kind_of, lives
from gradcheck.facts.queries.starve import trail
from gradcheck.report.kinds import Kind, Severity


def ask(program: Program) -> Iterator[Starved]:
    """Values frozen at build time beside a live path of the same weight: half of its influence is lost."""
    for query in program.machine.log.queries:
        births = [birth for birth in weights_of(program.machine, query.sources) if birth.trainable is True]
        for keras in KERAS_BITS if births else ():
            yield from _captured(program.machine.graph, query, keras, births)


def _captured(graph: Graph, query: Query, keras: str, births: list[Birth]) -> Iterator[Starved]:
    alive = graph.alive(query.target, query.bit, KERAS_BITS[keras])
    for birth in births:
        for edge in graph.outgoing[birth.node] if lives(birth, alive) else ():
            lasting = _frozen(edge, query, keras) and not _is_reference(graph, edge)
            if lasting and edge.site is not None and not _again(graph, edge, query, keras):
                made = graph.forward([edge.target], lambda later: _frozen(later, query, keras))
                if made.keys() & alive:
                    yield _starved(query, keras, birth, edge)


def _starved(query: Query, keras: str, birth: Birth, edge: Edge) -> Starved:
    assert edge.site is not None
    cut = cut_at(edge.site, Kind.CAPTURED, edge.detail)
    way = tuple(trail(birth, (), cut))
    return Starved(weight_of(birth), cut, way, (keras,), query.scene, Severity.WARNING, partial=True)


def _is_reference(graph: Graph, edge: Edge) -> bool:
    """Whether a line keeps the value that a weight starts with, to subtract it later: how far it went."""
    match edge.site.node if edge.site else None:
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)) if name in COPIES:
            uses = [later.site.node for later in graph.outgoing[edge.target] if later.site is not None]
            return bool(uses) and all(_subtracts(node) for node in uses)
    return False


def _subtracts(node: ast.AST) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub)


def _frozen(edge: Edge, query: Query, keras: str) -> bool:
    if (
        edge.site is None
        or edge.kind is not None
        or in_graph(edge)
        or edge.flows(query.bit, KERAS_BITS[keras])
    ):
        return False
    return kind_of(edge, query, keras) is Kind.CAPTURED


def _again(graph: Graph, edge: Edge, query: Query, keras: str) -> bool:
    """Whether the same expression is also evaluated where a tape records: a helper that `build` and `call`
    share."""
    return any(
        other.site is not None
        and edge.site is not None
        and other.site.node is edge.site.node
        and other.flows(query.bit, KERAS_BITS[keras])
        for other in graph.outgoing[edge.source]
    )
