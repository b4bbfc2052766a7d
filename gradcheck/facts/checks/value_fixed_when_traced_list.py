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

Trace = tuple[ast.AST, int, int]
"""A traced function, the object that it belongs to, and the scope that it was made in."""


def ask(program: Program) -> Iterator[Starved]:
    """Weights that a flag switches on between two runs of the same traced step."""
    machine = program.machine
    sources = [held for query in machine.log.queries if is_tape(query) for held in flatten(query.sources)]
    asked = {id(held.site.node) for held in sources if isinstance(held, Variables)}
    for history in histories(machine):
        readings = {
            index: _trace(step)
            for index, event in enumerate(history.events)
            if event.did is Did.LIST and id(event.site.node) in asked and (step := _step(event)) is not None
        }
        for flag in history.flags(value=True) if readings else ():
            yield from _too_late(history, flag, readings)


def _too_late(history: History, flag: int, readings: dict[int, Trace | None]) -> Iterator[Starved]:
    """What was off when the step was traced, and is on when it runs again, the same one alone."""
    first = next((index for index in readings if index < flag), None)
    after = {trace for index, trace in readings.items() if index > flag}
    if first is None or readings[first] is None or after != {readings[first]}:
        return
    event = history.events[flag]
    births, asked = history.births(event.owner), history.births(history.events[first].owner)
    off = history.off(first)
    for node, birth in births.items():
        if node in asked and node in off and birth.trainable is True:
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


def _trace(step: Frame) -> Trace | None:
    """The graph that runs here; None where a number or a text may have the function traced anew, or nothing
    is known."""
    function = step.function
    if function is None or _is_given_constants(step):
        return None
    known = any(function.node in steps.entries for steps in steps_of(function.module.tree))
    return (function.node, id(function.bound), id(function.scope)) if known else None


def _is_traced(function: Function | None) -> bool:
    return function is not None and "tf.function" in function.decorators


def _is_given_constants(frame: Frame) -> bool:
    call = frame.call
    given = (*call.args, *(word.value for word in call.keywords)) if isinstance(call, ast.Call) else ()
    return any(isinstance(part, ast.Constant) for part in given)
