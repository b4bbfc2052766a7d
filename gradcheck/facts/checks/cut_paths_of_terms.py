"""Which terms of a loss move nothing, beside others that keep every weight alive?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.facts.domain.graph import ALWAYS, KERAS_BITS, Edge, Graph
from gradcheck.facts.domain.values import Birth
from gradcheck.facts.domain.wording import cut_at, weight_of
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.interpreter.operations import SUMS
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.fates import cuts_of, in_graph, kind_of
from gradcheck.facts.queries.starve import trail
from gradcheck.report.kinds import Kind, Severity

ACCIDENTS = frozenset({Kind.NO_GRADIENT, Kind.INTEGER_CAST, Kind.METRIC, Kind.HOST_FUNCTION, Kind.NUMPY})
"""Cuts that nobody makes on purpose in a term of a loss; `stop_gradient` and targets computed beforehand
are meant."""

LINEAR = SUMS | {"add_n", "add", "average", "subtract", "negative", "cast"}


def ask(program: Program) -> Iterator[Starved]:
    """Terms that depend on weights, none of which gets a gradient from them."""
    for query in program.machine.log.queries:
        if query.in_training:
            for keras in KERAS_BITS:
                yield from _dead_terms(program, query, keras)


def _dead_terms(program: Program, query: Query, keras: str) -> Iterator[Starved]:
    graph = program.machine.graph
    births = [birth for birth in weights_of(program.machine, query.sources) if birth.trainable is True]
    alive = graph.alive(query.target, query.bit, KERAS_BITS[keras])
    held = graph.backward([program.machine.escape_node])
    births = [birth for birth in births if birth.node in alive and birth.node not in held]
    terms = list(_terms(graph, query.target)) if births else []
    if len(terms) < 2:
        return
    for term in terms:
        behind, moved = graph.backward([term]), graph.alive([term], query.bit, KERAS_BITS[keras])
        inside = [birth for birth in births if birth.node in behind]
        dead = [birth for birth in inside if birth.node not in moved]
        yield from _report(graph, query, keras, dead, behind, whole=len(dead) == len(inside))


def _terms(graph: Graph, target: tuple[int, ...]) -> Iterator[int]:
    """The summands of a loss: what is left when its additions, scalings and means are taken apart."""
    stack, seen = list(target), set(target)
    while stack:
        node = stack.pop()
        inside = _summands(graph, node)
        if not inside:
            yield node
        for source in inside:
            if source not in seen:
                seen.add(source)
                stack.append(source)


def _summands(graph: Graph, node: int) -> list[int]:
    edges = graph.incoming[node]
    if not edges or any(edge.kind is not None for edge in edges):
        return []
    if all(edge.site is None or _adds(edge) for edge in edges):
        return [edge.source for edge in edges]
    scaled = [edge.source for edge in edges if graph.incoming[edge.source]]
    return scaled if len(scaled) == 1 and all(_scales(edge) for edge in edges) else []


def _adds(edge: Edge) -> bool:
    node = edge.site.node if edge.site else None
    match node:
        case ast.BinOp(op=ast.Add() | ast.Sub()) | ast.UnaryOp() | ast.If() | ast.For() | ast.While():
            return True
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            return name in LINEAR
    return edge.recorded == ALWAYS and isinstance(node, ast.stmt)


def _scales(edge: Edge) -> bool:
    return (
        edge.site is not None
        and isinstance(edge.site.node, ast.BinOp)
        and isinstance(edge.site.node.op, (ast.Mult, ast.Div))
    )


def _report(
    graph: Graph, query: Query, keras: str, births: list[Birth], behind: set[int], *, whole: bool
) -> Iterator[Starved]:
    """One term's dead weights. Where others of it are moved, only noise drawn by NumPy is surely an
    accident."""
    for birth in births:
        dead = list(cuts_of(graph, query, birth, KERAS_BITS[keras], behind))
        kinds = {kind_of(edge, query, keras) for edge, _ in dead}
        if any(edge.detail == "get_weights()" or in_graph(edge) for edge, _ in dead):
            continue
        noise = any(edge.detail.startswith("np.random.") for edge, _ in dead)
        if dead and kinds <= ACCIDENTS and (whole or noise):
            edge, way = dead[0]
            assert edge.site is not None
            cut = cut_at(edge.site, kind_of(edge, query, keras), edge.detail)
            steps = tuple(trail(birth, way, cut))
            yield Starved(weight_of(birth), cut, steps, (keras,), query.scene, Severity.WARNING, partial=True)
