"""Which weights of no model were read once, before training, for a value that the training uses?

A functional model that is built of what a layer makes of plain tensors (`Embedding(n, units)(tf.range(n))`)
has that value, and not the layer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePath

from gradcheck.facts.domain.graph import KERAS_BITS, Edge, Graph, Site
from gradcheck.facts.domain.values import Birth, Layer, Variables
from gradcheck.facts.domain.wording import IMPORTED, cut_at, location_of, weight_of
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.intended import could_train, is_tape, listed, looked_after, meant
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.fates import cuts_of, kind_of
from gradcheck.facts.queries.starve import trail
from gradcheck.report.finding import Cut
from gradcheck.report.kinds import Kind
from gradcheck.source.parse import Module


def ask(program: Program) -> Iterator[Starved]:
    """Each such `tf.Variable` or layer, where `fit` trains a model with what was made of it."""
    machine = program.machine
    queries = [query for query in machine.log.queries if query.scene == "fit" and not is_tape(query)]
    births = [birth for birth in machine.log.births if could_train(birth)] if queries else []
    births = [birth for birth in births if birth.bare or birth.of_layer]
    excused = looked_after(machine) | listed(machine) if births else set()
    trained = {birth.node for query in queries for birth in weights_of(machine, query.sources)}
    births = [birth for birth in births if birth.node not in trained and not meant(birth, excused)]
    for query in queries if births else ():
        behind = machine.graph.backward(query.target)
        built = machine.graph.backward(_outputs(machine, query))
        for birth in births:
            if birth.node in (behind if birth.bare else behind & built):
                yield from _captured(program.module, machine.graph, query, birth, behind)


def _outputs(machine: Machine, query: Query) -> list[int]:
    """What the functional models give that a query is about."""
    owners = query.sources.owners if isinstance(query.sources, Variables) else ()
    return [node for one in owners if isinstance(one, Layer) for node in machine.nodes(one.outputs)]


def _captured(
    module: Module, graph: Graph, query: Query, birth: Birth, behind: set[int]
) -> Iterator[Starved]:
    for keras, bit in KERAS_BITS.items():
        if birth.node in graph.alive(query.target, query.bit, bit):
            continue
        for edge, way in list(cuts_of(graph, query, birth, bit, behind))[:1]:
            if kind_of(edge, query, keras) is Kind.CAPTURED and (site := _seen(module, graph, edge, behind)):
                cut = _told(birth, edge, site)
                yield Starved(weight_of(birth), cut, tuple(trail(birth, way, cut)), (keras,), query.scene)


def _told(birth: Birth, edge: Edge, site: Site) -> Cut:
    """The cut, in the words of what runs once: a model that is built, or a module that is imported."""
    cut = cut_at(site, Kind.CAPTURED, edge.detail)
    if birth.of_layer:
        return replace(cut, variant="model")
    if edge.site is None or edge.site is site:
        return cut
    read = location_of(edge.site)
    return replace(cut, variant=IMPORTED, detail=f"{PurePath(read.path).name}:{read.line}")


def _seen(module: Module, graph: Graph, cut: Edge, behind: set[int]) -> Site | None:
    """The cut, or the first place in this file where what another file has made of the weight is used."""
    if cut.site is not None and cut.site.frame.module is module:
        return cut.site
    reached = graph.forward([cut.target], lambda edge: edge.target in behind)
    sites = (edge.site for edge in reached.values() if edge is not None)
    return next((site for site in sites if site is not None and site.frame.module is module), None)
