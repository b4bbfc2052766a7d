"""Where a question points: to the loss, to what it was computed by."""

from __future__ import annotations

import ast

from gradcheck.facts.domain.frames import Frame
from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.inside import loops, parents
from gradcheck.facts.domain.values import Instance
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.intended import is_tape
from gradcheck.facts.program import Program
from gradcheck.source.parse import Module


def definition(machine: Machine, query: Query) -> Site | None:
    """The expression that the loss is, where it stands in the same lines as the tape, or the call that
    computes it."""
    edges = (edge for node in query.target for edge in machine.graph.incoming[node])
    sites = [edge.site.seen_from(query.site.frame) for edge in edges if edge.site]
    return next((site for site in sites if site.frame is query.site.frame), None)


def modules_of(program: Program) -> list[Module]:
    """The modules that a program trains in: the file itself, and those in which a tape is asked."""
    asked = (query.site.frame.module for query in program.machine.log.queries if is_tape(query))
    return list(dict.fromkeys([program.module, *asked]))


def in_a_layer(frame: Frame) -> bool:
    """Whether a layer's or a model's own `call` runs here."""
    bound = frame.function.bound if frame.function is not None else None
    return isinstance(bound, Instance) and bound.model.callable_layer and frame.where == "call()"


def asked_for(query: Query, number: int = 0) -> str:
    """What the program calls the source that it asks for, or the one of this number in a list of them."""
    match _sources(query.site.node):
        case (ast.Name() | ast.Attribute()) as source:
            return ast.unparse(source)
        case ast.List(elts=[*listed]) | ast.Tuple(elts=[*listed]) if number < len(listed):
            if isinstance(listed[number], (ast.Name, ast.Attribute)):
                return ast.unparse(listed[number])
    return "the source of this gradient"


def _sources(call: ast.AST) -> ast.expr | None:
    match call:
        case ast.Call(args=[_, source, *_]):
            return source
        case ast.Call(keywords=keywords):
            return next((word.value for word in keywords if word.arg == "sources"), None)
    return None


def loop_around(site: Site) -> ast.stmt | None:
    """The innermost loop that an expression stands in."""
    return loops(site.frame.code).get(site.node.lineno)


def name_given(place: Site) -> str:
    """The name that the value of an expression is given."""
    above, node = parents(place.frame.code), place.node
    while isinstance(around := above.get(node), ast.expr) and not isinstance(around, ast.Tuple):
        node = around
    match around, above.get(around) if around is not None else None:
        case ast.Assign(targets=[ast.Name(id=name)]), _:
            return name
        case ast.Tuple(elts=values), ast.Assign(targets=[ast.Tuple(elts=names)]) if len(values) == len(names):
            target = names[values.index(node)] if isinstance(node, ast.expr) else None
            return target.id if isinstance(target, ast.Name) else ""
    return ""
