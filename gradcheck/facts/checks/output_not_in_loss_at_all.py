"""Which losses are computed beside a model, and never read what it predicts?"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.values import Birth, Value, Variables
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import ModelCall, Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.intended import could_train, is_tape, looked_after, meant
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.loss_parameters import unread_prediction
from gradcheck.facts.queries.places import definition
from gradcheck.facts.queries.starve import starve
from gradcheck.facts.queries.strangers import strangers
from gradcheck.report.kinds import Kind


def ask(program: Program) -> Iterator[Starved]:
    """Every weight of a model whose prediction is there when the loss is computed, and not in it."""
    machine = program.machine
    born = {birth.node for birth in machine.log.births}
    for query in machine.log.queries:
        if not query.in_training or not query.target or len(query.target) > 1:
            continue
        behind = machine.graph.backward(query.target)
        unclear = behind & (born | {machine.escape_node}) or strangers(machine, query, behind)
        if not unclear and (place := _place(machine, query)) is not None:
            excused = looked_after(machine)
            for birth in weights_of(machine, query.sources):
                if could_train(birth) and not meant(birth, excused):
                    yield _told(query, birth, place)


def _told(query: Query, birth: Birth, place: Site) -> Starved:
    unread = unread_prediction(place)
    site, note, variant = (
        (unread, "never read", "parameter") if unread else (place, "without the prediction", "")
    )
    return starve(birth, Kind.NOT_IN_LOSS, site, note, scene=query.scene, variant=variant)


def _place(machine: Machine, query: Query) -> Site | None:
    """The expression that the loss is."""
    if is_tape(query):
        called = any(_beside(query, call) for call in machine.log.calls)
        return definition(machine, query) if called else None
    edges = [edge for node in query.target for edge in machine.graph.incoming[node]]
    sites = [edge.site for edge in edges if edge.site is not None and edge.site.frame.function is not None]
    return sites[0] if sites and _own(sites[0]) else None


def _own(site: Site) -> bool:
    """Whether the place is in a loss function of the program's own, as `fit` calls it."""
    return site.frame.inside("fit()")


def _beside(query: Query, call: ModelCall) -> bool:
    """Whether the model that is trained was called in the same lines, for nothing."""
    owners: list[Value] = []
    for held in flatten(query.sources):
        owners += held.owners if isinstance(held, Variables) else ()
    return call.site.frame is query.site.frame and any(owner is call.owner for owner in owners)
