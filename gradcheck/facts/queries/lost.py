"""Weights of which no data reaches what is asked for, and where what is computed from them ends."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.base.lazy_dataclass import dataclass
from gradcheck.facts.domain.classes import LAYER, MODEL, MODULE
from gradcheck.facts.domain.values import Birth, Instance, Layer, Value
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.dropping import Dropped, dropped, is_record
from gradcheck.facts.ownership.intended import Names, looked_after, meant
from gradcheck.facts.program import Program
from gradcheck.facts.queries.fates import Answer, starving


@dataclass(eq=False, repr=False)
class Lost:
    """A weight of an object of the user's class. `end` is the expression in `call` whose result is dropped,
    where that is where all of it ends."""

    answer: Answer
    owner: Instance
    end: Dropped | None


def lost(program: Program) -> list[Lost]:
    """Every such weight, without those that a tape or a reader elsewhere looks after."""
    known: list[Lost] | None = program.memory.get("lost")
    if known is None:
        known = program.memory["lost"] = [*_lost(program)]
    return known


def _lost(program: Program) -> Iterator[Lost]:
    answers = [answer for answer in starving(program) if not answer.cuts and not answer.birth.part]
    if not answers:
        return
    machine = program.machine
    excused = looked_after(machine)
    known = Kept(machine)
    queries = {answer.query for answer in answers}
    behind = {query: machine.graph.backward(query.target) for query in queries}
    for answer in answers:
        birth = answer.birth
        owner = _owner(birth)
        if owner is not None and not meant(birth, excused) and birth.node not in behind[answer.query]:
            yield Lost(answer, owner, _dropped(machine, birth, known))


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


def _dropped(machine: Machine, birth: Birth, known: Kept) -> Dropped | None:
    """The expression in `call` at which everything computed from a weight ends."""
    graph = machine.graph
    reached = graph.forward([birth.node])
    if (
        reached.keys() & graph.unknown
        or machine.escape_node in reached
        or _is_kept(birth, set(reached), known)
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


def _is_kept(birth: Birth, reached: Names, known: Kept) -> bool:
    """Whether an object keeps a value computed from the weight, or adds it as a loss, for somebody else to
    read."""
    computed = reached - {birth.node}
    running = (frame.function.bound for frame in birth.site.frame.chain() if frame.function)
    return not (
        known.values.isdisjoint(computed)
        and known.losses.isdisjoint(reached)
        and all(known.by(one).isdisjoint(computed) for one in running if isinstance(one, Instance))
    )


class Kept:
    """What objects keep, and what is added as a loss: looked through once for all weights."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._objects: dict[int, frozenset[int]] = {}
        self.values = frozenset(node for one in machine.log.instances for node in self.by(one))
        self.losses = frozenset(node for layer in machine.log.layers for node in layer.losses)

    def by(self, one: Instance) -> frozenset[int]:
        """The values that one object keeps."""
        if id(one) not in self._objects:
            self._objects[id(one)] = frozenset(_held(self._machine, one))
        return self._objects[id(one)]


def _held(machine: Machine, one: Instance) -> Iterator[int]:
    """The values that an object keeps, or adds as losses; a mere record of fields is followed elsewhere."""
    yield from one.losses
    for value in list(one.attributes.values()) if not is_record(one.model.node) else ():
        yield from machine.nodes(value)
