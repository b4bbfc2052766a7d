"""Which layers does a cached function hand to two models, of which one is switched off?

`@lru_cache def table(size): return Embedding(size, 8)` makes one layer for each size: who calls it twice gets
it twice, and a flag for one model counts in the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Set

from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.values import Instance, Layer, Variables
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.events import Event
from gradcheck.facts.ownership.flags import History, histories, trainings
from gradcheck.facts.ownership.intended import is_tape
from gradcheck.facts.program import Program
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind


def ask(program: Program) -> Iterator[Starved]:
    """The weights of such a layer, where the model that trains does not hold the one that is off."""
    kept = [one for value in program.machine.log.cached.values() for one in flatten(value)]
    layers = [one for one in kept if isinstance(one, Layer) and one.site is not None]
    for history in histories(program.machine) if layers else ():
        for layer in layers:
            if layer.site is not None and _is_off(history, layer):
                for birth in history.births(layer).values():
                    if birth.trainable is True:
                        yield starve(birth, Kind.FROZEN, layer.site, scene="fit", variant="cached")


def _is_off(history: History, layer: Layer) -> bool:
    """Whether another model that holds the layer was switched off as a whole before one trains."""
    births = history.births(layer).keys()
    for flag in history.flags(value=False):
        off = history.births(history.events[flag].owner).keys()
        for index, training in trainings(history) if births < off else ():
            touched = history.touched(set(births), flag, index, owner=history.events[flag].owner)
            if index < flag or touched or not history.certain(flag, index):
                continue
            for model in _trained(history, training):
                if births <= model and not off <= model and not model <= off:
                    return True
    return False


def _trained(history: History, training: Event) -> Iterator[Set[int]]:
    """The weights that a training moves: a step of the model's own may ask for a part of them."""
    whole = history.births(training.owner).keys()
    yield whole
    for query in filter(is_tape, history.machine.log.queries if isinstance(training.owner, Instance) else ()):
        for listed in flatten(query.sources):
            if isinstance(listed, Variables):
                part = {node for owner in listed.owners for node in history.births(owner)}
                yield part if part < whole else frozenset()
