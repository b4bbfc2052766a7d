"""Which weights does nothing read, which layers does nothing call, which results lead nowhere?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.facts.facts import Starved
from gradcheck.facts.fates import Answer, starving
from gradcheck.facts.language.classes import LAYER, MODEL, MODULE
from gradcheck.facts.language.frames import Frame
from gradcheck.facts.language.graph import Site
from gradcheck.facts.language.machine import Machine
from gradcheck.facts.language.values import Birth, Instance, Layer, Value
from gradcheck.facts.owners.meant import Names, looked_after, meant
from gradcheck.facts.owners.reading import Reads, dead_values, discarded, reads_of, sweeps
from gradcheck.facts.program import Program
from gradcheck.facts.starve import starve
from gradcheck.kinds import Kind

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
        if (site := _dropped(machine, birth)) is not None:
            yield _report(answer, Kind.DEAD_VALUE, site, "dropped here")
        elif _closed(owner) and _unread(birth, owner, reads):
            yield from _unused(answer, birth)


def _report(answer: Answer, kind: Kind, site: Site, note: str = "") -> Starved:
    return starve(answer.birth, kind, site, note, keras=(answer.keras,), scene=answer.query.scene)


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
    read = reads.later if birth.of_layer else reads.attributes
    return prefix == "self" and one_file and attribute not in read | reads.words


# -- results that lead nowhere ----------------------------------------------------


def _dropped(machine: Machine, birth: Birth) -> Site | None:
    """The assignment in `call` at which everything computed from a weight ends."""
    graph = machine.graph
    reached = graph.forward([birth.node])
    if (
        reached.keys() & graph.unknown
        or machine.escape_node in reached
        or _kept(machine, birth, set(reached))
    ):
        return None
    for node in reached:
        for edge in graph.outgoing[node]:
            site = edge.site
            if site is not None and site.frame.inside("call()") and (dead := _dead(site, birth)) is not None:
                return Site(dead, site.frame)
    return None


def _dead(site: Site, birth: Birth) -> ast.expr | None:
    """The dropped value that an operation is part of."""
    function = site.frame.function
    if function is None or isinstance(function.node, ast.Lambda):
        return None
    for value in dead_values(function.node):
        if any(inner is site.node for inner in ast.walk(value)):
            return value
    calls = birth.owner.called if isinstance(birth.owner, Layer) else []
    if any(call.node is site.node for call in calls):
        return next((value for value in discarded(function.node) if value is site.node), None)
    return None


def _kept(machine: Machine, birth: Birth, reached: Names) -> bool:
    """Whether an object keeps a value computed from the weight, for somebody else to read."""
    objects: list[Instance] = [one for one in machine.log.instances if isinstance(one, Instance)]
    frame: Frame | None = birth.site.frame
    while frame is not None:
        bound = frame.function.bound if frame.function else None
        if isinstance(bound, Instance):
            objects.append(bound)
        frame = frame.outer
    values = (value for one in objects for value in list(one.attributes.values()))
    return any(
        node in reached and node != birth.node
        for value in values
        for node in machine.nodes(value, birth.site)
    )
