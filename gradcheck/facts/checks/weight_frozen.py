"""Which weights are switched off when their model trains, although somebody meant them to train?"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import replace

from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.values import Birth, Choice, Instance, Layer, Value
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.events import Did, Event
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.flags import History, asked_for, histories, whole
from gradcheck.facts.ownership.intended import handed_over, is_tape
from gradcheck.facts.ownership.named_layers import on_in_turn
from gradcheck.facts.program import Program
from gradcheck.facts.queries.starve import starve
from gradcheck.report.accounts import SEVERAL
from gradcheck.report.kinds import BOTH_KERAS, Kind


def ask(program: Program) -> Iterator[Starved]:
    """Models trained while frozen, layers unfrozen too late, and layers unfrozen inside a frozen model."""
    if not program.machine.log.events:
        return
    away = handed_over(program.machine)
    detail = SEVERAL if _trainings(program.machine) > 1 else ""
    for history in histories(program.machine):
        for found in (
            _trained_frozen(history),
            _listed_frozen(history),
            _frozen_next_round(history),
            _too_late(history),
            _inside_frozen(history),
        ):
            mine = (one for one, birth in found if birth.node not in away)
            yield from (replace(one, cut=replace(one.cut, detail=detail)) for one in mine)


def _trainings(machine: Machine) -> int:
    """How often a program trains something, as far as its source shows."""
    fits = [event for event in machine.log.events if event.did is Did.FIT]
    return len(fits) + len([query for query in machine.log.queries if is_tape(query)])


Found = Iterator[tuple[Starved, Birth]]


def _frozen(
    history: History,
    index: int,
    births: list[Birth],
    note: str,
    keras: tuple[str, ...],
    fit: Event | None = None,
    variant: str = "",
) -> Found:
    """What a flag freezes; its line, or what called for it where a model is fitted that it came too late
    for."""
    site = history.events[index].site
    site = site.seen_from(fit.site.frame) if fit else site
    variant = variant or ("switched-off" if index in history.flags(value=False) else "without-effect")
    for birth in births:
        if birth.trainable is True:
            starved = starve(birth, Kind.FROZEN, site, note, keras=keras, scene="fit", variant=variant)
            yield starved, birth


def _trained_frozen(history: History) -> Found:
    """`model.trainable = False`, then `model.fit`. Keras 2 goes by the flags as they were at `compile`."""
    for index, event in enumerate(history.events):
        if event.did is not Did.FIT:
            continue
        flag = history.last(Did.FLAG, event.owner, index)
        if flag is None or flag not in history.flags(value=False) or not history.certain(flag, index):
            continue
        births = history.births(event.owner)
        compiled = history.last(Did.COMPILE, event.owner, index)
        if compiled is None or _restored(history, births, flag, index, owner=event.owner):
            continue
        keras = ("3",) if compiled < flag else BOTH_KERAS
        yield from _frozen(history, flag, list(births.values()), "off when it trains", keras)


def _frozen_next_round(history: History) -> Found:
    """`model.trainable = False` in a loop, after the training: off from the second round on."""
    for index, event in asked_for(history):
        for flag in history.flags(value=False):
            off = history.events[flag]
            around = [loop for loop in off.loops if loop in event.loops]
            if (
                flag < index
                or off.owner is not event.owner
                or not around
                or _made_in(event.owner, around[-1])
            ):
                continue
            if history.certain(flag, index):
                births = history.births(event.owner)
                round_ = [at for at, one in enumerate(history.events) if around[-1] in one.loops]
                restored = history.touched(set(births), round_[0] - 1, index) or history.touched(
                    set(births), flag, round_[-1] + 1
                )
                if not restored:
                    weights = list(births.values())
                    yield from _frozen(history, flag, weights, "off in the next round", BOTH_KERAS)


def _made_in(owner: Value, loop: ast.stmt) -> bool:
    """Whether every round of a loop has a model of its own, as far as is known."""
    site = owner.site if isinstance(owner, (Instance, Layer)) else None
    return site is None or any(one.within(loop) for one in site.outward())


def _listed_frozen(history: History) -> Found:
    """`model.trainable = False`, then `tape.gradient(loss, model.trainable_variables)`: an empty list."""
    for index, event in asked_for(history):
        flag = history.last(Did.FLAG, event.owner, index)
        births = history.births(event.owner)
        if flag is None or flag not in history.flags(value=False) or not history.certain(flag, index):
            continue
        if not _restored(history, births, flag, index, owner=event.owner):
            weights, note = list(births.values()), "off when it trains"
            yield from _frozen(history, flag, weights, note, BOTH_KERAS, variant="own-step")


def _restored(history: History, births: Collection[int], flag: int, before: int, *, owner: Value) -> bool:
    """Whether a model may be on again, by another name or as a part of another model: a flag that is set for
    a part of it switches on nothing while the model itself is off."""
    mine = set(births)
    return history.touched(
        mine, flag, before, owner=owner, passing=lambda event: _is_part(history, event.owner, owner, mine)
    )


def _is_part(history: History, other: Value, owner: Value, births: set[int]) -> bool:
    if whole(other) is owner or _one_of(other, owner):
        return True
    options = list(flatten(other))
    return bool(options) and all(
        isinstance(one, Layer) and set(history.births(one)) < births for one in options
    )


def _too_late(history: History) -> Found:
    """Unfrozen after `compile`, and trained without another. Keras 3 looks once more when it first trains."""
    for index in history.flags(value=True):
        event = history.events[index]
        births = history.births(event.owner)
        earlier = history.last(Did.FLAG, event.owner, index)
        if not births or earlier is None or earlier not in history.flags(value=False):
            continue
        for later in range(index + 1, len(history.events)):
            model = history.events[later]
            if model.did is Did.FIT and set(births) <= set(history.births(model.owner)):
                keras = _unseen(history, index, later, model.owner)
                settled = history.last(Did.FLAG, event.owner, later) == index
                if keras and settled and not _fits_itself(history, event.owner):
                    weights = list(births.values())
                    yield from _frozen(history, index, weights, "not seen any more", keras, model)
                break


def _unseen(history: History, flag: int, fit: int, model: Value) -> tuple[str, ...]:
    """The Kerases under which a model does not see a flag that was set after it was compiled."""
    compiled = history.last(Did.COMPILE, model, fit)
    if compiled is None or compiled > flag or not history.certain(compiled, fit):
        return ()
    before = history.last(Did.FIT, model, flag)
    return BOTH_KERAS if before is not None and before > compiled else ("2",)


def _fits_itself(history: History, owner: Value) -> bool:
    return any(event.did in (Did.FIT, Did.COMPILE) and event.owner is owner for event in history.events)


def _inside_frozen(history: History) -> Found:
    """Keras 2 leaves out all that is inside a frozen model, whatever the flags inside say."""
    in_turn = [index for index in history.flags() if on_in_turn(history.events[index])]
    for index in sorted([*history.flags(value=True), *in_turn]):
        event = history.events[index]
        for outer in _frozen_around(history, index):
            if _trained_later(history, index, outer):
                births = [*history.births(event.owner).values()] or [_nameless(history, index)]
                yield from _frozen(history, index, births, "inside a frozen model", ("2",))
                break


def _frozen_around(history: History, index: int) -> Iterator[Value]:
    """Models frozen for good before an event unfreezes a part of them, and that another model calls."""
    owner = history.events[index].owner
    inside = set(history.births(owner))
    for flag in history.flags(value=False):
        outer = history.events[flag].owner
        if flag > index or outer is owner or not isinstance(outer, (Layer, Instance)) or not outer.called:
            continue
        around = set(history.births(outer))
        part = whole(owner) is outer or _one_of(owner, outer) or (bool(inside) and inside < around)
        final = history.last(Did.FLAG, outer, len(history.events)) == flag
        if part and final and history.certain(flag, index):
            yield outer


def _one_of(owner: Value, outer: Value) -> bool:
    options = owner.options if isinstance(owner, Choice) else ()
    parts = outer.parts if isinstance(outer, Layer) else []
    return bool(options) and all(any(option is part for part in parts) for option in options)


def _trained_later(history: History, index: int, outer: Value) -> bool:
    """Whether a model around the frozen one is compiled afterwards."""
    births = set(history.births(outer))
    for event in history.events[index + 1 :]:
        if (
            event.did is Did.COMPILE
            and event.owner is not outer
            and births <= set(history.births(event.owner))
        ):
            return True
    return False


def _nameless(history: History, index: int) -> Birth:
    site = history.events[index].site
    code = site.frame.module.code(site.node, 40).removesuffix(".trainable")
    return Birth(-1, site, name=code, label=code)
