"""Where a question points: to the loss, to what it was computed by."""

from __future__ import annotations

import ast

from gradcheck.facts.domain.graph import Site
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.interpreter.machine import Machine


def definition(machine: Machine, query: Query) -> Site | None:
    """The expression that the loss is, where it stands in the same lines as the tape."""
    sites = [edge.site for node in query.target for edge in machine.graph.incoming[node] if edge.site]
    return next((site for site in sites if site.frame is query.site.frame), None)


def asked_for(query: Query) -> str:
    """What the program calls the source that it asks for."""
    match query.site.node:
        case ast.Call(args=[_, (ast.Name() | ast.Attribute()) as source, *_]):
            return ast.unparse(source)
        case ast.Call(
            keywords=[*_, ast.keyword(arg="sources", value=(ast.Name() | ast.Attribute()) as source)]
        ):
            return ast.unparse(source)
    return "the source of this gradient"
