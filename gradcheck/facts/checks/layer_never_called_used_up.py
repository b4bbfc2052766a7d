"""Which layers does nothing come to any more, since the iterator that holds them has been gone through?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.facts.domain.frames import ONCE
from gradcheck.facts.domain.graph import KERAS_BITS, Edge, Site
from gradcheck.facts.domain.values import Birth, Variables
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import GoneThrough, OneShot, Query
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.intended import could_train, looked_after, meant
from gradcheck.facts.ownership.tracked import tracked
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.places import in_a_layer
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind, Phase


def ask(program: Program) -> Iterator[Starved]:
    """The weights that a loss depends on only where a loop finds nothing the second time."""
    machine = program.machine
    made = {id(one.value): one for one in reversed(machine.log.one_shots)}
    taken: dict[int, list[GoneThrough]] = {}
    for one in machine.log.gone_through:
        taken.setdefault(id(one.value), []).append(one)
    for key, events in taken.items():
        late = _late(made[key], events) if key in made else []
        lost = _lost(machine, late) if late else []
        excused = looked_after(machine) if lost else set()
        for birth in lost:
            if could_train(birth) and not meant(birth, excused):
                note = "empty from the second time on"
                yield starve(birth, Kind.UNCALLED_LAYER, made[key].site, note, scene="tape", variant="once")


# -- when -------------------------------------------------------------------------


def _late(made: OneShot, events: list[GoneThrough]) -> list[GoneThrough]:
    """The loops that find nothing: behind one that surely ran, or whenever they run again."""
    found, emptied = [], False
    for one in events:
        if emptied or _runs_again(made, one):
            found.append(one)
        emptied = emptied or (_is_certain(one) and one.path[: len(made.path)] == one.path)
    return found


def _is_certain(one: GoneThrough) -> bool:
    """Whether the program itself does this, or the constructor of the object does."""
    making = any(frame.phase in ONCE for frame in one.site.frame.chain())
    return making or one.site.frame.outermost.phase is Phase.IMPORT


def _runs_again(made: OneShot, one: GoneThrough) -> bool:
    """Whether a loop runs more often than the iterator is made: in another loop, or in a layer's call."""
    outer = one.loops[: len(made.loops)] == made.loops
    extra = one.loops[len(made.loops) :] if outer else ()
    once = any(frame.phase in ONCE for frame in made.site.frame.chain())
    called = once and any(in_a_layer(frame) for frame in one.site.frame.chain())
    return called or (bool(extra) and not one.site.frame.traced)


# -- what -------------------------------------------------------------------------


def _lost(machine: Machine, late: list[GoneThrough]) -> list[Birth]:
    """The weights that every loss which asks for them reaches by such a loop alone."""
    lost: dict[int, Birth] = {}
    kept: set[int] = set()
    for query in machine.log.queries:
        if any(_in(place, one) for place in query.site.outward() for one in late):
            continue  # a loop over batches, say: what it does, it does to the end
        births = {birth.node: birth for birth in _listed(machine, query)}
        behind = machine.graph.backward(query.target) & births.keys()
        if behind:
            without = machine.graph.backward(query.target, lambda edge: not _within(edge, late))
            kept |= behind & without
            lost |= {node: births[node] for node in behind - without}
    return [birth for node, birth in lost.items() if node not in kept]


def _listed(machine: Machine, query: Query) -> list[Birth]:
    """What a gradient is asked for. What a model keeps in an iterator alone, it does not list at all."""
    births = weights_of(machine, query.sources)
    if not isinstance(query.sources, Variables):
        return births
    owners, kerases = query.sources.owners, KERAS_BITS
    known = {node for owner in owners for keras in kerases for node in tracked(machine, owner, keras)}
    return [birth for birth in births if birth.node in known]


def _within(edge: Edge, late: list[GoneThrough]) -> bool:
    return edge.site is not None and any(_in(place, one) for place in edge.site.outward() for one in late)


def _in(place: Site, one: GoneThrough) -> bool:
    """Whether a place is inside of a loop. What a name is behind one, it may have been before: that is the
    loop's own line."""
    if place.frame is not one.site.frame or place.node is one.node:
        return False
    first, last = _ends(place.node)
    return _ends(one.node)[0] <= first and last <= _ends(one.node)[1]


def _ends(node: ast.stmt | ast.expr) -> tuple[tuple[int, int], tuple[int, int]]:
    first = node.lineno, node.col_offset
    return first, (node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)
