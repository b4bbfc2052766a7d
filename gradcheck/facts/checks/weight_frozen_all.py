"""Which models are trained although a loop over all of their layers has switched each of them off?

`for layer in model.layers: layer.trainable = False` is written for the layers of a backbone. Over the layers
of the model that was built on it, it takes the new head along, and nothing is left that trains.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from gradcheck.facts.domain.keras_names import FUNCTIONAL
from gradcheck.facts.domain.values import Birth, Layer
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.events import Did, Event
from gradcheck.facts.interpreter.transfer.model_ends import is_ready_made
from gradcheck.facts.ownership.flags import History, histories, trainings, truth_of, whole
from gradcheck.facts.ownership.intended import handed_over, loaded
from gradcheck.facts.program import Program
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import BOTH_KERAS, Kind


def ask(program: Program) -> Iterator[Starved]:
    """The weights of models of which nothing is on when they train, those trained before left out."""
    machine = program.machine
    freezing = [history for history in histories(machine) if history.flags(value=False)]
    kept = handed_over(machine) | loaded(machine, "2") if freezing else set()
    for history in freezing:
        for index, event in trainings(history):
            flag = _all_off(history, index, event)
            if flag is not None:
                keras, moved = _keras(history, event, flag, index), _moved(history, flag)
                fresh = (birth for node, birth in _mine(history, event).items() if node not in moved)
                yield from (_starved(history, flag, one, keras) for one in fresh if not _came(one, kept))


def _moved(history: History, flag: int) -> set[int]:
    """The weights that were trained before they were switched off."""
    earlier = (event for index, event in trainings(history) if index < flag)
    return {node for event in earlier for node in history.births(event.owner)}


def _came(birth: Birth, kept: Collection[int]) -> bool:
    return birth.node in kept or is_ready_made(birth.owner)


def _all_off(history: History, index: int, event: Event) -> int | None:
    """The last loop before a training that switches every layer of the model off, none of them on again."""
    if event.did is Did.FIT and history.last(Did.COMPILE, event.owner, index) is None:
        return None
    flags = [flag for flag in history.flags(value=False) if flag < index]
    swept = [flag for flag in flags if _is_of_each(history, flag, event) and history.certain(flag, index)]
    mine = set(_mine(history, event))
    on = bool(swept) and history.touched(mine, swept[-1], index, passing=_switches_off)
    return swept[-1] if swept and not on else None


def _switches_off(event: Event) -> bool:
    return truth_of(event.value) is False


def _is_of_each(history: History, flag: int, event: Event) -> bool:
    """Whether a flag is set for one layer after the other of all that a model has."""
    one, mine = history.events[flag], _mine(history, event)
    loop = one.loops[-1] if one.loops else None
    if not isinstance(loop, ast.For) or loop in event.loops:
        return False
    model = event.owner
    if isinstance(model, Layer) and model.name in FUNCTIONAL and whole(one.owner) is model:
        return isinstance(loop.iter, ast.Attribute) and loop.iter.attr == "layers"
    return not isinstance(one.owner, Layer) and mine.keys() <= history.held(one.owner).keys() and bool(mine)


def _mine(history: History, event: Event) -> dict[int, Birth]:
    births = history.births(event.owner)
    return {node: birth for node, birth in births.items() if birth.trainable is True}


def _keras(history: History, event: Event, flag: int, index: int) -> tuple[str, ...]:
    """Keras 2 goes by the flags as they were at `compile`."""
    compiled = history.last(Did.COMPILE, event.owner, index) if event.did is Did.FIT else None
    return ("3",) if compiled is not None and compiled < flag else BOTH_KERAS


def _starved(history: History, flag: int, birth: Birth, keras: tuple[str, ...]) -> Starved:
    site = history.events[flag].site
    return starve(birth, Kind.FROZEN, site, "off when it trains", keras=keras, scene="fit", variant="all")
