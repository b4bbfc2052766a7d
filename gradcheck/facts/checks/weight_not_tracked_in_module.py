"""Which weights are kept in a `tf.Module` whose variables are listed, where it does not look?

It looks into no Keras 3 layer, and under neither Keras into an object of plain Python (a dataclass, say).
"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.classes import MODULE, PLAIN
from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.graph import KERAS_BITS, Site
from gradcheck.facts.domain.values import Birth, Instance, Value, Variables, WeightRef
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.intended import (
    Names,
    could_train,
    is_tape,
    looked_after,
    meant,
    named,
    trained_by_keras,
)
from gradcheck.facts.ownership.tracked import tracked
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind


def ask(program: Program) -> Iterator[Starved]:
    """Weights that a loss moves and that only `module.trainable_variables` was to list."""
    machine = program.machine
    queries = [query for query in machine.log.queries if is_tape(query) and any(_modules(query.sources))]
    if not queries:
        return
    excused: Names = looked_after(machine) | trained_by_keras(machine)
    for query in machine.log.queries:
        others = (
            [held for held in flatten(query.sources) if not any(_modules(held))] if is_tape(query) else []
        )
        excused |= named([birth for held in others for birth in weights_of(machine, held)])
    for query in queries:
        modules = list(_modules(query.sources))
        in_objects = list(_in_objects(machine, modules))
        in_layers = [(birth, birth.site) for birth in _in_layers(machine, modules)]
        missed = {"2": in_objects, "3": [*in_layers, *in_objects]}
        for keras, bit in KERAS_BITS.items():
            alive = machine.graph.alive(query.target, query.bit, bit)
            for birth, site in missed[keras]:
                if birth.node in alive and could_train(birth) and not meant(birth, excused):
                    yield starve(birth, Kind.UNTRACKED, site, keras=(keras,), scene="tape", variant="kept")


def _in_layers(machine: Machine, modules: list[Instance]) -> Iterator[Birth]:
    """The weights of the Keras layers inside these modules."""
    for module in modules:
        found = tracked(machine, module, "2").values()
        yield from (birth for birth in found if not birth.bare or birth.of_layer)


def _in_objects(machine: Machine, modules: list[Instance]) -> Iterator[tuple[Birth, Site]]:
    """The weights inside objects of plain Python that these modules keep, and not besides, each with the
    place where the object is made, if the weight is not made in the same code."""
    kept = [held for module in modules for held in _kept_openly(module)]
    listed = {held.weight.node for held in kept if isinstance(held, WeightRef)}
    for held in kept:
        if isinstance(held, Instance) and held.model.kind == PLAIN:
            for birth in weights_of(machine, held):
                if birth.node not in listed:
                    listed.add(birth.node)
                    yield birth, _made_at(held, birth)


def _made_at(holder: Instance, birth: Birth) -> Site:
    """Where an object is made that hides a weight, unless the weight stands in the same code."""
    site = holder.site
    return birth.site if site is None or site.frame is birth.site.frame else site


def _kept_openly(module: Instance) -> Iterator[Value]:
    """What a module finds in its attributes, and in those of the modules among them."""
    waiting, seen = [module], {id(module)}
    while waiting:
        for value in waiting.pop().attributes.values():
            for held in flatten(value):
                yield held
                if isinstance(held, Instance) and held.model.kind == MODULE and id(held) not in seen:
                    seen.add(id(held))
                    waiting.append(held)


def _modules(value: Value) -> Iterator[Instance]:
    for held in flatten(value):
        for owner in held.owners if isinstance(held, Variables) else ():
            if isinstance(owner, Instance) and owner.model.kind == MODULE and _lists_all(owner):
                yield owner


def _lists_all(module: Instance) -> bool:
    """Whether what it lists is what `tf.Module` finds."""
    return not module.model.open and not module.model.lists_itself
