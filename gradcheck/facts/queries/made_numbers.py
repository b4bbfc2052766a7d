"""What becomes plain numbers before any tape is open, and where such numbers come under the tape."""

from __future__ import annotations

from gradcheck.facts.domain.graph import Edge, Graph, Site
from gradcheck.facts.domain.inside import loops
from gradcheck.facts.queries.fates import Answer
from gradcheck.report.kinds import Kind

_PLAIN = frozenset({Kind.PYTHON_NUMBER, Kind.NUMPY})


def made_numbers(graph: Graph, answer: Answer, cut: Edge) -> Edge | None:
    """What makes plain numbers of all that a tape missed, for a later step to use: no tape could help."""
    flows = graph.forward([cut.target], lambda edge: edge.kind is None)
    if flows.keys() & set(answer.query.target):
        return None
    # What only picks an element has no part in its value.
    behind = graph.backward(answer.query.target, lambda edge: edge.detail != "an index")
    ends = [edge for node in flows for edge in graph.outgoing[node] if edge.kind is not None]
    ends = [edge for edge in ends if edge.target in behind and edge.kind is not Kind.NO_GRADIENT]
    kinds = {edge.kind for edge in ends}
    return ends[0] if ends and kinds <= _PLAIN and ends[0].site is not None else None


def brought_in(graph: Graph, answer: Answer, number: Edge) -> Site | None:
    """The first line under the tape that uses a number which another function, or an earlier loop, left."""
    behind, tape = graph.backward(answer.query.target), answer.query.bit
    uses = (
        edge
        for node in graph.forward([number.target])
        for edge in graph.outgoing[node]
        if edge.target in behind and edge.recorded & tape and edge.site is not None
    )
    first = min(uses, key=lambda edge: edge.target, default=None)
    if first is None or number.site is None or first.site is None:
        return None
    return first.site if _elsewhere(number.site, first.site) else None


def _elsewhere(made: Site, used: Site) -> bool:
    if made.frame.code is not used.frame.code:
        return True
    rounds = loops(made.frame.code)
    return rounds.get(made.node.lineno) is not rounds.get(used.node.lineno)
