"""Which weights hold integers, and so can never have a gradient?"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.graph import Graph
from gradcheck.facts.domain.wording import cut_at, weight_of
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.program import Program
from gradcheck.facts.queries.fates import answers
from gradcheck.report.finding import Step
from gradcheck.report.kinds import Kind


def ask(program: Program) -> Iterator[Starved]:
    """Every trainable integer weight whose value goes into the loss as a number, not as an index, a count
    or a flag."""
    graph = program.machine.graph
    for answer in answers(program):
        birth = answer.birth
        if birth.integer and birth.node in _counted(graph, answer.query):
            cut = cut_at(birth.site, Kind.INTEGER_WEIGHT)
            way = (Step(cut.location, "created"),)
            yield Starved(weight_of(birth), cut, way, (answer.keras,), answer.query.scene)


def _counted(graph: Graph, query: Query) -> set[int]:
    return graph.backward(query.target, lambda edge: edge.kind is None and edge.target not in graph.unknown)
