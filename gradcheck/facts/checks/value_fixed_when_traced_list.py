"""Which layers are switched on when the step that trains is traced already?

A `tf.function` reads `model.trainable_variables` when it is traced: what is switched on later is in no list
of the graph, and its gradient is not even asked for.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.frames import Frame
from gradcheck.facts.domain.values import Function, Variables
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.events import Did, Event
from gradcheck.facts.ownership.flags import History, histories
from gradcheck.facts.ownership.intended import is_tape
from gradcheck.facts.ownership.traced_steps import steps_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import BOTH_KERAS, Kind


def ask(program: Program) -> Iterator[Starved]:
    """Weights that a flag switches on between two runs of the same traced step."""
    machine = program.machine
    sources = [held for query in machine.log.queries if is_tape(query) for held in flatten(query.sources)]
    asked = {id(held.site.node) for held in sources if isinstance(held, Variables)}
    for history in histories(machine):
        readings = [
            index
            for index, event in enumerate(history.events)
            if event.did is Did.LIST and id(event.site.node) in asked and _step(event) is not None
        ]
        for flag in history.flags(value=True) if readings else ():
            yield from _too_late(history, flag, readings)


def _too_late(history: History, flag: int, readings: list[int]) -> Iterator[Starved]:
    """What was off when the step was traced, and is on when it runs again."""
    event = history.events[flag]
    births = history.births(event.owner)
    before, after = [one for one in readings if one < flag], [one for one in readings if one > flag]
    if not births or not before or not after or not _same_trace(history, before[0], after[0]):
        return
    first = history.events[before[0]]
    asked, off = history.births(first.owner), history.off(before[0])
    elsewhere = {node for one in after if not _same_trace(history, before[0], one) for node in asked}
    for node, birth in births.items():
        if node in asked and node in off and node not in elsewhere and birth.trainable is True:
            yield starve(
                birth,
                Kind.TRACED,
                event.site,
                "on too late",
                keras=BOTH_KERAS,
                scene="tape",
                variant="listed",
            )


def _step(event: Event) -> Frame | None:
    """The traced function that reads a list, as it is called."""
    frames = (frame for frame in event.site.frame.chain() if _is_traced(frame.function))
    return next(frames, None)


def _is_traced(function: Function | None) -> bool:
    return function is not None and "tf.function" in function.decorators


def _same_trace(history: History, one: int, other: int) -> bool:
    """Whether two runs of a step are runs of one graph: the same function of the same object, which gets
    nothing that a number or a text of its own would have traced anew."""
    frames = [_step(history.events[index]) for index in (one, other)]
    steps = [frame.function for frame in frames if frame is not None and frame.function is not None]
    if len(steps) < len(frames):
        return False
    first, second = steps
    same = first.node is second.node and first.bound is second.bound and first.scope is second.scope
    known = any(first.node in traced.entries for traced in steps_of(first.module.tree))
    calls = [call for frame in frames if frame is not None and isinstance(call := frame.call, ast.Call)]
    given = [part for call in calls for part in (*call.args, *(word.value for word in call.keywords))]
    return same and known and not any(isinstance(part, ast.Constant) for part in given)
