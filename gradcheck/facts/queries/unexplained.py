"""Weights that are asked for and of which nothing reaches the target, where no other question says why."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.values import Birth, Choice, Gradients, Opaque
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.intended import Names, could_train, looked_after, meant
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.fates import Answer, answers, starving
from gradcheck.facts.queries.starve import starve
from gradcheck.report.finding import Location
from gradcheck.report.kinds import Kind, Severity

FILLED = "unconnected_gradients"
"""With this option a program says that it expects some gradients to be missing."""


def unexplained(program: Program, starved: list[Starved]) -> Iterator[Starved]:
    """The weights that are left: every value behind the target is known, and none comes from them."""
    alive = {_as_made(answer) for answer in answers(program) if answer.live and answer.in_training}
    lost = [one for one in starving(program) if _may_be_told(one) and _as_made(one) not in alive]
    if not lost:
        return
    machine, told = program.machine, {one.weight.birth for one in starved}
    excused = looked_after(machine)
    for query in dict.fromkeys(answer.query for answer in lost):
        if _is_known(machine, query) and not _expected(machine, query):
            some = _some_are_well(machine, query)
            for answer in lost:
                if answer.query is query and _left(machine, answer, told, excused):
                    yield _told(machine, answer, some)


def _as_made(answer: Answer) -> tuple[int, str]:
    """A weight by the expression that creates it: `build` may run more than once."""
    return id(answer.birth.site.node), answer.keras


def _may_be_told(answer: Answer) -> bool:
    birth = answer.birth
    return answer.in_training and not answer.cuts and not birth.part and could_train(birth)


def _is_known(machine: Machine, query: Query) -> bool:
    """Whether all that the target was computed from is known, and which variables are asked for."""
    behind = machine.graph.backward(query.target)
    strangers = machine.graph.unknown | machine.graph.stand_ins | machine.graph.doubts.keys()
    unclear = isinstance(query.sources, Choice) or any(
        isinstance(held, Opaque) for held in flatten(query.sources)
    )
    return not unclear and behind.isdisjoint(strangers)


def _expected(machine: Machine, query: Query) -> bool:
    """Whether the program counts on gradients that are missing, or asks somebody else to choose some."""
    taken = [one for one in machine.log.gradients if one.site.node is query.site.node]
    calls = (one.site.node for one in taken)
    filled = any(FILLED in {word.arg for word in getattr(call, "keywords", ())} for call in calls)
    return filled or any(_picked(machine, one) for one in taken)


def _picked(machine: Machine, gradients: Gradients) -> bool:
    """Whether the gradients are looked at one by one, and not just handed on."""
    handed = {one.gradients.node for one in machine.log.applied}
    return gradients.node not in handed and bool(machine.graph.outgoing[gradients.node])


def _some_are_well(machine: Machine, query: Query) -> bool:
    behind = machine.graph.backward(query.target)
    return any(birth.node in behind for birth in weights_of(machine, query.sources))


def _left(machine: Machine, answer: Answer, told: set[Location], excused: Names) -> bool:
    """Whether nobody told of a weight, and nothing unknown may bring it to the target by another way."""
    birth = answer.birth
    born = birth.site.frame.module.location(birth.site.node)
    if born in told or meant(birth, excused):
        return False
    reached = machine.graph.forward([birth.node]).keys()
    return reached.isdisjoint(machine.graph.unknown) and machine.escape_node not in reached


def _told(machine: Machine, answer: Answer, some: bool) -> Starved:
    birth, query = answer.birth, answer.query
    site, note = _end(machine, birth) or query.site, "goes no further than this"
    return starve(
        birth,
        Kind.REACHES_NOTHING,
        site,
        note,
        keras=(answer.keras,),
        scene=query.scene,
        severity=Severity.WARNING if some else None,
    )


def _end(machine: Machine, birth: Birth) -> Site | None:
    """Where the last value that was computed from a weight stands: there the data goes another way."""
    edges = machine.graph.forward([birth.node])
    ends = [edge for node, edge in edges.items() if edge is not None and not machine.graph.outgoing[node]]
    return next((edge.site for edge in ends if edge.site is not None), None)
