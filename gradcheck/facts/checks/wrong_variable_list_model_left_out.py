"""Which models take part in a loss that is minimised, and are in no list of variables?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.graph import KERAS_BITS, Site
from gradcheck.facts.domain.values import Birth, Instance, Value, Variables
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.intended import (
    Names,
    could_train,
    is_old_constant,
    is_tape,
    listed,
    looked_after,
    meant,
    named,
    named_by_hand,
    trained_by_keras,
)
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.exchanged import exchanged
from gradcheck.facts.queries.gone_through import list_gone_through
from gradcheck.facts.queries.known_lists import unclear
from gradcheck.facts.queries.slices import between_slices
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind, Severity


def ask(program: Program) -> Iterator[Starved]:
    """Weights made here at random that a training step moves past: no list, no `fit`, no file has them."""
    machine = program.machine
    asked = [query for query in machine.log.queries if is_tape(query)]
    stepped = _stepped(machine) if asked else set()
    steps = [query for query in asked if query.site.node in stepped]
    if not steps or any(unclear(query.sources) for query in asked):
        return
    excused = looked_after(machine) | listed(machine) | trained_by_keras(machine) | named_by_hand(machine)
    excused |= named(exchanged(program))
    # Of several steps that move past a model, the last is its own: one player's loss contains the other. But
    # a list that names another model twice is where it belongs.
    places: dict[int, tuple[Birth, Site]] = {}
    births = {one.node: one for one in machine.log.births if _by_itself(machine, one) and could_train(one)}
    for query in sorted(steps, key=lambda query: _twice(query.sources)):
        place = _list(query.sources)
        for birth in _passed(machine, query, births) if place else ():
            if place and not _known(machine, birth, excused):
                found = _made_anew(query, birth) or between_slices(machine, birth) or place
                places[id(birth.site.node)] = birth, found
    for birth, place in places.values():
        anew = place is birth.site
        yield starve(
            birth,
            Kind.WRONG_VARIABLES,
            place,
            "not in this list",
            scene="tape",
            severity=Severity.WARNING,
            variant="anew" if anew else "left-out",
        )


def _by_itself(machine: Machine, birth: Birth) -> bool:
    """Whether a weight is a library layer's, or a variable that no object keeps but one of plain Python."""
    alone = birth.bare and (birth.owner is None or _is_plain(birth.owner))
    made_of = [edge.source for edge in machine.graph.incoming[birth.node]]
    copied = any(machine.graph.incoming[source] for source in made_of)
    written = copied or birth.node in machine.log.assigned
    return birth.of_layer or (alone and not written and not is_old_constant(birth))


def _is_plain(owner: Value) -> bool:
    return isinstance(owner, Instance) and owner.model.kind == "plain"


def _stepped(machine: Machine) -> set[ast.AST]:
    """The questions whose gradients, or what was made of them, an optimizer is given, or a weight by hand."""
    by_hand = [node for one in machine.log.moved for value in one.values for node in machine.nodes(value)]
    into = [edge for one in machine.log.births for edge in machine.graph.incoming[one.node]]
    by_hand += [edge.source for edge in into if edge.writes]
    behind = machine.graph.backward([*machine.log.stepped, *by_hand], lambda edge: not edge.writes)
    return {one.site.node for one in machine.log.gradients if one.node in behind}


def _known(machine: Machine, birth: Birth, names: Names) -> bool:
    """Whether a weight is named, by itself or as the same weight of another run of its class or function."""
    if birth.node in names or not meant(birth, names):
        return birth.node in names
    twins = [other for other in machine.log.births if other.site.node is birth.site.node]
    named = [other.site.frame.outermost for other in twins if other.node in names]
    return not named or any(frame is not birth.site.frame.outermost for frame in named)


def _made_anew(query: Query, birth: Birth) -> Site | None:
    """Where each step makes a layer of its own, between the tape and the question: no list could have it."""
    opened = (
        [site.node.lineno for site in query.tape.entered if site.frame is query.site.frame]
        if query.tape
        else []
    )
    site = next((one for one in birth.site.outward() if one.frame is query.site.frame), None)
    within = site is not None and any(line <= site.node.lineno <= query.site.node.lineno for line in opened)
    return birth.site if within else None


def _twice(value: Value) -> bool:
    """Whether a list holds the variables of one model two times."""
    owners = [id(held.owners[0]) for held in flatten(value) if isinstance(held, Variables)]
    return len(set(owners)) < len(owners)


def _list(value: Value) -> Site | None:
    """Where a model's variables are listed, or the models whose variables a loop lists."""
    site = next((held.site for held in flatten(value) if isinstance(held, Variables)), None)
    return list_gone_through(site) if site is not None else None


def _passed(machine: Machine, query: Query, births: dict[int, Birth]) -> list[Birth]:
    """Those of some weights that the loss moves, beside weights that the step asks for."""
    graph = machine.graph
    alive = set.intersection(*(graph.alive(query.target, query.bit, bit) for bit in KERAS_BITS.values()))
    if not weights_of(machine, query.sources) or alive & graph.unknown:
        return []
    return [births[node] for node in sorted(alive) if node in births]
