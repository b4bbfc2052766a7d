"""Which weights of no model were read once, before training, for a value that the training uses?"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.graph import KERAS_BITS, Edge, Graph, Site
from gradcheck.facts.domain.values import Birth
from gradcheck.facts.domain.wording import cut_at, weight_of
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.ownership.intended import could_train, is_tape, listed, looked_after, meant
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.fates import cuts_of, kind_of
from gradcheck.facts.queries.starve import trail
from gradcheck.report.kinds import Kind
from gradcheck.source.parse import Module


def ask(program: Program) -> Iterator[Starved]:
    """Each such `tf.Variable`, where `fit` trains a model with what was made of it."""
    machine = program.machine
    queries = [query for query in machine.log.queries if query.scene == "fit" and not is_tape(query)]
    births = [birth for birth in machine.log.births if birth.bare and could_train(birth)] if queries else []
    excused = looked_after(machine) | listed(machine) if births else set()
    births = [birth for birth in births if not meant(birth, excused)]
    for query in queries if births else ():
        owned = {birth.node for birth in weights_of(machine, query.sources)}
        behind = machine.graph.backward(query.target)
        for birth in births:
            if birth.node in behind and birth.node not in owned:
                yield from _captured(program.module, machine.graph, query, birth, behind)


def _captured(
    module: Module, graph: Graph, query: Query, birth: Birth, behind: set[int]
) -> Iterator[Starved]:
    for keras, bit in KERAS_BITS.items():
        if birth.node in graph.alive(query.target, query.bit, bit):
            continue
        for edge, way in list(cuts_of(graph, query, birth, bit, behind))[:1]:
            if kind_of(edge, query, keras) is Kind.CAPTURED and (site := _seen(module, graph, edge, behind)):
                cut = cut_at(site, Kind.CAPTURED, edge.detail)
                yield Starved(weight_of(birth), cut, tuple(trail(birth, way, cut)), (keras,), query.scene)


def _seen(module: Module, graph: Graph, cut: Edge, behind: set[int]) -> Site | None:
    """The cut, or the first place in this file where what another file has made of the weight is used."""
    if cut.site is not None and cut.site.frame.module is module:
        return cut.site
    reached = graph.forward([cut.target], lambda edge: edge.target in behind)
    sites = (edge.site for edge in reached.values() if edge is not None)
    return next((site for site in sites if site is not None and site.frame.module is module), None)
