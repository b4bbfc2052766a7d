"""Which weights does nothing read, which results lead nowhere?"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.classes import LAYER, MODEL, MODULE
from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.values import Birth, Instance, Layer, Value
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.closed import closed, passed_over, read_by_base
from gradcheck.facts.ownership.dropping import Dropped, dropped, is_record
from gradcheck.facts.ownership.intended import Names, looked_after, meant
from gradcheck.facts.ownership.reading import is_read
from gradcheck.facts.program import Program
from gradcheck.facts.queries.fates import Answer, starving
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind, Severity

Kept = dict[int, frozenset[int]]
"""What objects keep, by their identity: looked through once for all weights."""


def ask(program: Program) -> Iterator[Starved]:
    """Weights of an object of which no data reaches what it is asked for."""
    lost = [answer for answer in starving(program) if not answer.cuts and not answer.birth.part]
    if not lost:
        return
    machine = program.machine
    excused = looked_after(machine)
    known: Kept = {}
    queries = {answer.query for answer in lost}
    behind = {query: machine.graph.backward(query.target) for query in queries}
    for answer in lost:
        birth = answer.birth
        owner = _owner(birth)
        if owner is None or meant(birth, excused) or birth.node in behind[answer.query]:
            continue
        if (end := _dropped(machine, birth, known)) is not None:
            yield from _end(answer, owner, end)
        elif not birth.of_layer and closed(owner) and _unread(machine, birth, owner):
            yield _report(answer, Kind.UNUSED_WEIGHT, birth.site)


def _report(
    answer: Answer, kind: Kind, site: Site, note: str = "", severity: Severity | None = None
) -> Starved:
    scene = answer.query.scene
    return starve(answer.birth, kind, site, note, keras=(answer.keras,), scene=scene, severity=severity)


def _end(answer: Answer, owner: Instance, end: Dropped) -> Iterator[Starved]:
    """A value that others could ask for is dropped for sure only where the training is seen."""
    public = not answer.in_training and any(not name.startswith("_") for name in end.handed)
    if not public:
        yield _report(answer, Kind.DEAD_VALUE, end.site, "dropped here")
    elif owner.model.kind == LAYER:
        yield _report(answer, Kind.DEAD_VALUE, end.site, "dropped here", Severity.WARNING)


# -- whose it is ----------------------------------------------------------------


def _owner(birth: Birth) -> Instance | None:
    """The object of a user's class that keeps the weight, or the layer, in an attribute."""
    owner: Value | None = birth.owner
    if isinstance(owner, Layer):
        owner = owner.owner
    if owner is None:
        owner = birth.site.frame.function.bound if birth.site.frame.function else None
    if not isinstance(owner, Instance) or owner.model.kind not in (LAYER, MODEL, MODULE):
        return None
    return owner


def _unread(machine: Machine, birth: Birth, owner: Instance) -> bool:
    """Whether the attribute that keeps the weight is never read."""
    prefix, _, attribute = birth.label.partition("[")[0].rpartition(".")
    if prefix != "self" or read_by_base(owner, attribute):
        return False
    return not is_read(machine, owner.model, attribute, late=False) or passed_over(birth, owner, attribute)


# -- results that lead nowhere ----------------------------------------------------


def _dropped(machine: Machine, birth: Birth, known: Kept) -> Dropped | None:
    """The expression in `call` at which everything computed from a weight ends."""
    graph = machine.graph
    reached = graph.forward([birth.node])
    if (
        reached.keys() & graph.unknown
        or machine.escape_node in reached
        or _kept(machine, birth, set(reached), known)
    ):
        return None
    ends = [edge for node, edge in reached.items() if edge is not None and not graph.outgoing[node]]
    # What a round of a loop would find, if it looked.
    ends = [edge for edge in ends if edge.site is not None] or ends
    found = [
        dropped(edge.site) if edge.site is not None and edge.site.frame.inside("call()") else None
        for edge in ends
    ]
    return found[0] if found and None not in found else None


def _kept(machine: Machine, birth: Birth, reached: Names, known: Kept) -> bool:
    """Whether an object keeps a value computed from the weight, or adds it as a loss, for somebody else to
    read."""
    running = (frame.function.bound for frame in birth.site.frame.chain() if frame.function)
    objects = [*machine.log.instances, *(bound for bound in running if isinstance(bound, Instance))]
    for one in objects:
        if id(one) not in known:
            known[id(one)] = frozenset(_held(machine, one, birth.site))
        if not known[id(one)].isdisjoint(reached - {birth.node}):
            return True
    return any(node in reached for layer in machine.log.layers for node in layer.losses)


def _held(machine: Machine, one: Instance, site: Site) -> Iterator[int]:
    """The values that an object keeps, or adds as losses; a mere record of fields is followed elsewhere."""
    yield from one.losses
    for value in list(one.attributes.values()) if not is_record(one.model.node) else ():
        yield from machine.nodes(value, site)
