"""Which weights does nothing read, which layers does nothing call, which results lead nowhere?"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.classes import LAYER, MODEL, MODULE
from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.values import Birth, Instance, Layer, Mapping, Sequence, Value, WeightRef
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.dropping import Dropped, dropped
from gradcheck.facts.ownership.intended import Names, looked_after, meant
from gradcheck.facts.ownership.text import Reads, picks, reads_of, sweeps, takes
from gradcheck.facts.program import Program
from gradcheck.facts.queries.fates import Answer, starving
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind, Severity

PLAIN_BASES = frozenset(
    {
        "keras.Layer",
        "keras.layers.Layer",
        "keras.Model",
        "keras.models.Model",
        "tf.Module",
        "object",
        "abc.ABC",
    }
)
"""Library classes that use none of the attributes their subclasses define."""


def ask(program: Program) -> Iterator[Starved]:
    """Weights of an object of which no data reaches what it is asked for."""
    lost = [answer for answer in starving(program) if not answer.cuts and not answer.birth.part]
    if not lost:
        return
    machine = program.machine
    excused, reads = looked_after(machine), reads_of(program.module.tree)
    queries = {answer.query for answer in lost}
    behind = {query: machine.graph.backward(query.target) for query in queries}
    for answer in lost:
        birth = answer.birth
        owner = _owner(birth)
        if owner is None or meant(birth, excused) or birth.node in behind[answer.query]:
            continue
        if (end := _dropped(machine, birth)) is not None:
            yield from _end(answer, owner, end)
        elif _closed(owner) and _unread(birth, owner, reads):
            yield from _unused(answer, birth)


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


def _unused(answer: Answer, birth: Birth) -> Iterator[Starved]:
    if not birth.of_layer:
        yield _report(answer, Kind.UNUSED_WEIGHT, birth.site)
    elif isinstance(birth.owner, Layer) and not birth.owner.called:
        yield _report(answer, Kind.UNCALLED_LAYER, birth.site)


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


def _closed(owner: Instance) -> bool:
    """Whether nothing but the class's own text can use what it keeps."""
    model = owner.model
    return not (
        model.open
        or owner.escaped
        or set(model.libraries) - PLAIN_BASES
        or any(sweeps(above.node) for above in model.lineage())
    )


def _unread(birth: Birth, owner: Instance, reads: Reads) -> bool:
    """Whether the attribute that keeps the weight is never read, by its name or by a word that may be it."""
    label = birth.label.partition("[")[0]
    prefix, _, attribute = label.rpartition(".")
    one_file = all(above.module is birth.site.frame.module for above in owner.model.lineage())
    if prefix != "self" or not one_file or attribute in reads.words:
        return False
    read = reads.later if birth.of_layer else reads.attributes
    return attribute not in read or _passed_over(birth, owner, attribute)


def _passed_over(birth: Birth, owner: Instance, attribute: str) -> bool:
    """Whether all that is ever taken out of the list or dict in an attribute is something else."""
    place, size = next(_places(birth, owner.attributes.get(attribute)), (None, 0))
    if place is None:
        return False
    taken = picks(birth.site.frame.module.tree, attribute, later=birth.of_layer)
    return taken is not None and not any(takes(pick, place, size) for pick in taken)


def _places(birth: Birth, kept: Value | None) -> Iterator[tuple[int | str, int]]:
    """Where a list or dict that is written out holds a weight or its layer, and how much it holds."""
    items: list[tuple[int | str, Value]] = []
    if isinstance(kept, Sequence) and not kept.many:
        items = list(enumerate(kept.items))
    elif isinstance(kept, Mapping) and not kept.rest:
        items = list(kept.entries.items())
    for place, item in items:
        if item is birth.owner or (isinstance(item, WeightRef) and item.weight is birth):
            yield place, len(items)


# -- results that lead nowhere ----------------------------------------------------


def _dropped(machine: Machine, birth: Birth) -> Dropped | None:
    """The expression in `call` at which everything computed from a weight ends."""
    graph = machine.graph
    reached = graph.forward([birth.node])
    if (
        reached.keys() & graph.unknown
        or machine.escape_node in reached
        or _kept(machine, birth, set(reached))
    ):
        return None
    ends = [edge for node, edge in reached.items() if edge is not None and not graph.outgoing[node]]
    found = [
        dropped(edge.site) if edge.site is not None and edge.site.frame.inside("call()") else None
        for edge in ends
    ]
    return found[0] if found and None not in found else None


def _kept(machine: Machine, birth: Birth, reached: Names) -> bool:
    """Whether an object keeps a value computed from the weight, or adds it as a loss, for somebody else to
    read."""
    running = (frame.function.bound for frame in birth.site.frame.chain() if frame.function)
    objects = [*machine.log.instances, *(bound for bound in running if isinstance(bound, Instance))]
    values = (value for one in objects for value in list(one.attributes.values()))
    kept = {node for value in values for node in machine.nodes(value, birth.site)} - {birth.node}
    owners: tuple[Instance | Layer, ...] = (*objects, *machine.log.layers)
    added = {node for one in owners for node in one.losses}
    return not reached.isdisjoint(kept | added)
