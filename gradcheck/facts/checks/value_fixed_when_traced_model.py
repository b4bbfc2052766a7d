"""Which models take the place of the one that a function was traced with, and are never trained by it?

`model = make()` in each round of a loop, and a `tf.function` made before it that reads `model`: its graph
keeps the first one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.frames import Frame
from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.inside import parents
from gradcheck.facts.domain.values import (
    Constant,
    Function,
    Instance,
    Layer,
    Opaque,
    Partial,
    Value,
)
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.log import ModelCall, Query, Traced
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.ownership.intended import (
    could_train,
    is_tape,
    looked_after,
    meant,
    trained_by_keras,
)
from gradcheck.facts.ownership.traced_steps import looks_again
from gradcheck.facts.ownership.weights import weights_of
from gradcheck.facts.program import Program
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind, Phase

MAYBE = (ast.If, ast.IfExp, ast.Try, ast.Match, ast.While)
"""What may leave out the code in it."""


class Run(NamedTuple):
    """One run of a traced function that the module itself starts: the loops around it that do not make the
    function anew, the models that it calls, and the gradients that it asks for."""

    event: Traced
    loops: tuple[ast.stmt, ...]
    calls: list[ModelCall]
    queries: list[Query]


def ask(program: Program) -> Iterator[Starved]:
    """Models of later rounds, and of later runs, for which no other code asks for a gradient."""
    machine = program.machine
    if not machine.log.traced or looks_again(program.module.tree):
        return
    found = [*_anew(machine)]
    excused = looked_after(machine) | trained_by_keras(machine) if found else set()
    for run, call in found:
        births = {birth.node for birth in weights_of(machine, call.owner)}
        asked = [birth for query in run.queries for birth in weights_of(machine, query.sources)]
        elsewhere = _asked_elsewhere(machine)
        for birth in asked:
            mine = birth.node in births and birth.node not in elsewhere
            if mine and could_train(birth) and not meant(birth, excused):
                note = "traced with the first one"
                yield starve(birth, Kind.TRACED, call.site, note, scene="tape", variant="model")


def _asked_elsewhere(machine: Machine) -> set[int]:
    """The weights that code which is not traced asks for."""
    eager = [one for one in machine.log.queries if one.in_training and not one.site.frame.traced]
    return {birth.node for one in eager for birth in weights_of(machine, one.sources)}


# -- runs -------------------------------------------------------------------------


def _anew(machine: Machine) -> Iterator[tuple[Run, ModelCall]]:
    """The calls of models that are not the one of the trace."""
    first: dict[tuple[int, ...], Run] = {}
    for run in _runs(machine):
        before = first.setdefault(_key(run.event.function), run)
        for call in run.calls:
            if _is_handed(run, call.owner) or _made_in(call.owner, run.event.frame):
                continue
            anew = any(_each_round(loop, call.owner, run) for loop in run.loops)
            if anew or _in_turn(run, call) or (before is not run and _replaced(before, run, call)):
                yield run, call


def _runs(machine: Machine) -> Iterator[Run]:
    """The runs of each function since it was made last."""
    made: dict[tuple[int, ...], tuple[ast.stmt, ...]] = {}
    calls, queries = _by_trace(machine)
    for event in machine.log.traced:
        if event.frame is None:
            made[_key(event.function)] = event.loops
        elif event.frame.outermost.phase is Phase.IMPORT and not _may_be_traced_anew(event):
            outer = made.get(_key(event.function), made.get(_key(event.function)[:2], ()))
            loops = tuple(loop for loop in event.loops if loop not in outer)
            mine = id(event.frame)
            yield Run(event, loops, calls.get(mine, []), queries.get(mine, []))


def _key(function: Function) -> tuple[int, ...]:
    """What has a trace of its own: a function, for each object that it is a method of."""
    key = (id(function.node), id(function.scope))
    return key if function.bound is None else (*key, id(function.bound))


def _by_trace(machine: Machine) -> tuple[dict[int, list[ModelCall]], dict[int, list[Query]]]:
    calls: dict[int, list[ModelCall]] = {}
    queries: dict[int, list[Query]] = {}
    for call in machine.log.calls:
        if (frame := _trace_of(call.site.frame)) is not None:
            calls.setdefault(id(frame), []).append(call)
    for query in machine.log.queries:
        if is_tape(query) and (frame := _trace_of(query.site.frame)) is not None:
            queries.setdefault(id(frame), []).append(query)
    return calls, queries


def _trace_of(frame: Frame) -> Frame | None:
    """The outermost traced function that a frame runs in."""
    traced = [
        one for one in frame.chain() if one.function is not None and "tf.function" in one.function.decorators
    ]
    return traced[-1] if traced else None


def _may_be_traced_anew(event: Traced) -> bool:
    """Whether a function is handed what has it traced once more: another function, a number of Python's."""
    given = event.arguments.all() if event.arguments is not None else ()
    return any(
        isinstance(held, (Function, Partial))
        or (isinstance(held, Constant) and not isinstance(node, ast.Constant))
        for _, _, node, value in given
        for held in flatten(value)
    )


# -- models -----------------------------------------------------------------------


def _is_handed(run: Run, owner: Value) -> bool:
    """Whether a run is handed the model, or an object that may hold it; or the function belongs to an object
    that the loop makes, too."""
    event, bound = run.event, run.event.function.bound
    given = event.arguments.values() if event.arguments is not None else []
    for held in (one for value in given for one in flatten(value)):
        if isinstance(held, (Instance, Layer)) or (isinstance(held, Opaque) and held.attributes):
            return True
    return bound is owner or any(_is_made_in(bound, loop) for loop in run.loops)


def _made_in(owner: Value, frame: Frame | None) -> bool:
    site = getattr(owner, "site", None)
    return site is None or any(place.frame is frame for place in site.outward())


def _is_made_in(value: Value | None, loop: ast.stmt) -> bool:
    site = getattr(value, "site", None)
    return site is not None and any(place.within(loop) for place in site.outward())


def _each_round(loop: ast.stmt, owner: Value, run: Run) -> bool:
    """Whether every round of a loop around a run makes this model, before it comes to the run."""
    site: Site | None = getattr(owner, "site", None)
    frames = {id(frame) for frame in run.event.frame.chain()} if run.event.frame else set()
    for place in site.outward() if site is not None else ():
        if id(place.frame) in frames and place.within(loop):
            return _always(place, loop)
    return False


def _always(place: Site, loop: ast.stmt) -> bool:
    above = parents(place.frame.code)
    node = above.get(place.node)
    while node is not None and node is not loop:
        if isinstance(node, MAYBE):
            return False
        node = above.get(node)
    return node is loop


def _in_turn(run: Run, call: ModelCall) -> bool:
    """Whether a loop around a run hands out models under the name that is called, and this is not the first
    of them."""
    match call.site.node:
        case ast.Call(func=ast.Name(id=name)):
            owners = [one.owner for one in run.calls if one.site.node is call.site.node]
            heads = [loop.target for loop in run.loops if isinstance(loop, ast.For)]
            handed = {one.id for head in heads for one in ast.walk(head) if isinstance(one, ast.Name)}
            return name in handed and call.owner is not owners[0]
    return False


def _replaced(before: Run, run: Run, call: ModelCall) -> bool:
    """Whether the same expression called another model when the function was traced."""
    path = before.event.path
    then = [one.owner for one in before.calls if one.site.node is call.site.node]
    others = [one.owner for one in before.calls]
    known = bool(then) and run.event.path[: len(path)] == path
    return known and not any(one is call.owner for one in others)
