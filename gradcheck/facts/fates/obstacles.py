"""The first thing on a weight's way that is not known."""

from __future__ import annotations

import ast
from collections.abc import Callable

from gradcheck.facts.domain.graph import KERAS_BITS, Doubt, Edge, Graph, Site
from gradcheck.facts.domain.values import Birth, ClassRef, External, Instance, Layer, Value
from gradcheck.facts.fates.creations import Creation
from gradcheck.facts.fates.standing import Standing, Standpoint
from gradcheck.facts.ownership.text import sweeping_place
from gradcheck.facts.program import Program
from gradcheck.report.fate import Obstacle, Reason
from gradcheck.source.parse import Module

WIDTH = 60


def obstacle_of(program: Program, made: Creation, views: list[Standpoint]) -> Obstacle:
    """Why the fate of a weight is unknown: on its way to what asks for it, else where it is made."""
    if not made.births:
        return _never_run(program, made)
    graph = program.machine.graph
    best = max(views, key=lambda one: (one.query.in_training, one.standing), default=None)
    if best is not None and best.standing is Standing.LIVE:
        alive = graph.alive(best.query.target, best.query.bit, KERAS_BITS[best.keras])
        doubt = _first_doubt(graph, best.birth, lambda edge: edge.target in alive, handed=False)
    else:
        doubt = _first_doubt(graph, made.births[0], lambda edge: edge.kind is None, handed=True)
    if doubt is not None:
        return _told(doubt)
    return _never_asked(program, made)


def _first_doubt(graph: Graph, birth: Birth, allow: Callable[[Edge], bool], *, handed: bool) -> Doubt | None:
    """The nearest place on the ways from a weight at which something unknown takes over; with `handed`, also
    where something unknown got hold of the weight itself."""
    layer = birth.owner if isinstance(birth.owner, Layer) else None
    starts = [birth.node, *(other.node for other in layer.births)] if layer else [birth.node]
    for node in graph.forward(starts, allow):
        if (doubt := graph.doubts.get(node) or (handed and graph.escapes.get(node)) or None) is not None:
            return doubt
    return layer.escaped if layer and handed else None


def _told(doubt: Doubt) -> Obstacle:
    return _at(doubt.reason, doubt.site.frame.module, doubt.site.node)


def _at(reason: Reason, module: Module, node: ast.expr | ast.stmt) -> Obstacle:
    code = node.name if isinstance(node, NAMED) else module.code(node, WIDTH)
    return Obstacle(reason, code, module.location(node))


NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def _never_run(program: Program, made: Creation) -> Obstacle:
    """The interpreter never came by: it had gone far enough, or nothing calls the function."""
    place = made.within or made.node
    spent = program.spent[0] if program.spent else None
    if spent is not None:
        return _at(Reason.BUDGET, program.module, place)
    return _at(Reason.NEVER_CALLED, program.module, place)


def _never_asked(program: Program, made: Creation) -> Obstacle:
    """What the class, or the end of the weight's way, says when nothing on it is unknown."""
    birth = made.births[0]
    owner = owner_of(birth)
    if owner is not None and (found := _of_class(owner)) is not None:
        return found
    if program.spent:
        return _told(program.spent[0])
    end = _end(program.machine.graph, birth)
    return _at(Reason.NEVER_ASKED, end.frame.module, end.node)


def owner_of(birth: Birth) -> Instance | None:
    """The object of a user's class whose code created a weight."""
    owner: Value | None = birth.owner.owner if isinstance(birth.owner, Layer) else birth.owner
    if owner is None:
        owner = birth.site.frame.function.bound if birth.site.frame.function else None
    return owner if isinstance(owner, Instance) else None


def _of_class(owner: Instance) -> Obstacle | None:
    model = owner.model
    for above in model.lineage():
        for base, node in zip(above.bases, above.node.bases, strict=False):
            if not isinstance(base, ClassRef) and (not isinstance(base, External) or above.open):
                return _at(Reason.BASE, above.module, node)
    if owner.escaped is not None:
        return _told(owner.escaped)
    if model.method("call") is None and model.method("__call__") is None:
        return _at(Reason.NEVER_CALLED, model.module, model.node)
    for above in model.lineage():
        if (place := sweeping_place(above.node)) is not None:
            return _at(Reason.ATTRIBUTE, above.module, place)
    return None


def _end(graph: Graph, birth: Birth) -> Site:
    """Where the last value computed from a weight stands."""
    reached = graph.forward([birth.node], lambda edge: edge.kind is None)
    ends = [edge for edge in reached.values() if edge is not None and edge.site is not None]
    site = ends[-1].site if ends else None
    return site or birth.site
