"""Which parts of a model does a loop over the *outer* model's layers get wrong?

A model that is called in another one is a single layer there. `for layer in model.layers[:4]` with
`trainable = False` switches it off again as a whole; `for layer in model.layers[-4:]` with `trainable = True`
switches on what was on already, and none of the layers inside.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.values import Birth, Instance, Layer, Value
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.events import Did
from gradcheck.facts.ownership.flags import History, histories
from gradcheck.facts.program import Program
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind

USES = (Did.FIT, Did.COMPILE, Did.LIST)


def ask(program: Program) -> Iterator[Starved]:
    """Layers that are switched off again before anything trained them, and those that a loop leaves off."""
    for history in histories(program.machine):
        for index in history.flags(value=False):
            if (fit := _trained_next(history, index)) and _is_undone(history, index, fit):
                owner = history.events[index].owner
                yield from _told(history, index, owner, history.births(owner), "off again")
        for index in _last_of_loops(history):
            # Whatever else a loop asks of a layer, it switches no more on.
            if fit := _trained_next(history, index, asked=True):
                for owner, births in _left_off(history, index, fit):
                    yield from _told(history, index, owner, births, "on already")


def _told(
    history: History, index: int, owner: Value, births: dict[int, Birth], note: str
) -> Iterator[Starved]:
    """What stays off because of a flag in a loop."""
    plain = "switched-off" if index in history.flags(value=False) else "without-effect"
    variant = "outer" if _is_model(owner) else plain
    for birth in births.values():
        if birth.trainable is True:
            yield starve(birth, Kind.FROZEN, history.events[index].site, note, scene="fit", variant=variant)


def _is_model(owner: Value) -> bool:
    return isinstance(owner, Layer) and bool(owner.parts or owner.outputs is not None)


def _trained_next(history: History, index: int, *, asked: bool = False) -> int:
    """The next training behind a flag, if the model was compiled in between and goes by the flag, also where
    something may be `asked` of the layer before it is set; else 0."""
    compiled = False
    for later in range(index + 1, len(history.events)):
        did = history.events[later].did
        compiled = compiled or did is Did.COMPILE
        if did is Did.FIT:
            sure = history.certain(index, later) or (asked and history.certain(later, index))
            return later if compiled and sure else 0
    return 0


def _is_undone(history: History, index: int, fit: int) -> bool:
    """Whether a flag takes back, in a loop, what another one has just switched on."""
    owner, loops = history.events[index].owner, history.events[index].loops
    on = history.last(Did.FLAG, owner, index)
    if on is None or not loops or on not in history.flags(value=True) or history.events[on].loops:
        return False
    was_off = history.last(Did.FLAG, owner, on) in history.flags(value=False)
    used = any(event.did in USES for event in history.events[on:index])
    births = set(history.births(owner))
    inside = births <= set(history.births(history.events[fit].owner))
    return was_off and not used and inside and not history.touched(births, index, fit)


def _last_of_loops(history: History) -> Iterator[int]:
    """The last flag that each loop sets to True."""
    last = {id(history.events[index].site.node): index for index in history.flags(value=True)}
    yield from (index for index in last.values() if history.events[index].loops)


def _left_off(history: History, index: int, fit: int) -> Iterator[tuple[Value, dict[int, Birth]]]:
    """What stays off in the model that trains next, where a loop means to switch something on, and all that
    it goes through is on. Something has trained since it was switched off: this is a second stage."""
    loop = [at for at in history.flags(value=True) if _same_place(history, at, index)]
    owners = [held for at in loop for held in flatten(history.events[at].owner)]
    here = {birth for one in owners for birth in history.births(one)}
    before = max((at for at in range(loop[0]) if history.events[at].did is Did.FIT), default=-1)
    others = [at for at in history.flags() if before < at < fit and at not in loop]
    known = all(isinstance(one, (Layer, Instance)) for one in owners)
    model, off = set(history.births(history.events[fit].owner)), history.off(loop[0]).keys()
    if before < 0 or others or not known or here & off or not here <= model:
        return
    for flag in history.flags(value=False):
        births = history.births(history.events[flag].owner)
        if flag < before and births and births.keys() <= model & off:
            yield history.events[flag].owner, births


def _same_place(history: History, one: int, other: int) -> bool:
    return history.events[one].site.node is history.events[other].site.node
