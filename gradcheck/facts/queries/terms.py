"""The terms of a loss, and the weights in each that get no gradient from it though others give them one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from gradcheck.facts.domain.graph import ALWAYS, KERAS_BITS, Edge, Graph
from gradcheck.facts.domain.values import Birth
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import SUMS
from gradcheck.facts.ownership.weights import weights_of

LINEAR = SUMS | {"add_n", "add", "average", "subtract", "negative", "cast"}


class Term(NamedTuple):
    """One summand of a loss, by its node: what it is computed from, the weights in it that other summands
    move and it does not, whether it moves none at all, and the weights in it that nothing moves."""

    node: int
    behind: set[int]
    dead: list[Birth]
    whole: bool
    starving: list[Birth]


def terms_of(machine: Machine, query: Query, keras: str, *, inside_means: bool) -> Iterator[Term]:
    """The terms of a loss that is a sum of several, in which the weights that are asked for take part; with
    `inside_means` also those that are added up before a mean or sum over a batch."""
    graph, bit = machine.graph, KERAS_BITS[keras]
    asked = [birth for birth in weights_of(machine, query.sources) if birth.trainable is True]
    alive = graph.alive(query.target, query.bit, bit)
    held = graph.backward([machine.escape_node])
    births = [birth for birth in asked if birth.node in alive and birth.node not in held]
    terms = list(summands_of(graph, query.target, inside_means)) if births else []
    for term in terms if len(terms) > 1 else ():
        behind, moved = graph.backward([term]), graph.alive([term], query.bit, bit)
        inside = [birth for birth in births if birth.node in behind]
        dead = [birth for birth in inside if birth.node not in moved]
        starving = [birth for birth in asked if birth.node in behind - alive]
        yield Term(term, behind, dead, len(dead) == len(inside), starving)


def summands_of(graph: Graph, target: tuple[int, ...], inside_means: bool) -> Iterator[int]:
    """The summands of a loss: what is left when its additions, scalings and means are taken apart."""
    stack, seen = list(target), set(target)
    while stack:
        node = stack.pop()
        whole = not inside_means and any(_reduces(edge) for edge in graph.incoming[node])
        inside = [] if whole else _summands(graph, node)
        if not inside:
            yield node
        for source in inside:
            if source not in seen:
                seen.add(source)
                stack.append(source)


def _reduces(edge: Edge) -> bool:
    match edge.site.node if edge.site else None:
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            return name in SUMS
    return False


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
