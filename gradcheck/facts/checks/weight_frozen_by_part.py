"""Which layers of a trained model are off because a model made of its tensors was switched off?

`features = Model(model.input, model.get_layer("conv").output)` has no layers of its own: its flag is that of
the layers that both hold.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.keras_names import FUNCTIONAL
from gradcheck.facts.domain.values import Birth, Layer, Value
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.events import Did
from gradcheck.facts.ownership.flags import History, asked_for, histories
from gradcheck.facts.program import Program
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind


def ask(program: Program) -> Iterator[Starved]:
    """The weights that a part, which is used by itself, and the model have in common."""
    for history in histories(program.machine):
        for flag in history.flags(value=False):
            part = history.events[flag].owner
            for birth in _shared(history, flag, part) if _is_used(part) else ():
                site = history.events[flag].site
                yield starve(birth, Kind.FROZEN, site, "off in the whole, too", scene="fit", variant="part")


def _is_used(part: Value) -> bool:
    """Whether a graph is called for itself: one that is only made to freeze a part is meant to do so."""
    return isinstance(part, Layer) and _is_graph(part) and bool(part.called)


def _is_graph(value: Value) -> bool:
    return isinstance(value, Layer) and value.name in FUNCTIONAL


def _shared(history: History, flag: int, part: Value) -> list[Birth]:
    """What a model that is trained later has in common with a part that was made of it."""
    births = history.births(part)
    for index in _trainings(history):
        model = history.events[index].owner
        whole = history.births(model)
        if index > flag and births.keys() < whole.keys() and _made_of(history, part, model):
            touched = history.touched(set(births), flag, index, owner=part)
            if history.certain(flag, index) and not touched:
                return [birth for birth in births.values() if birth.trainable is True]
    return []


def _trainings(history: History) -> Iterator[int]:
    yield from (index for index, _ in asked_for(history))
    yield from (index for index, event in enumerate(history.events) if event.did is Did.FIT)


def _made_of(history: History, part: Value, model: Value) -> bool:
    """Whether the part was made after the model."""
    made = [id(layer) for layer in history.machine.log.layers]
    known = _is_graph(model) and {id(part), id(model)} <= set(made)
    return known and made.index(id(model)) < made.index(id(part))
