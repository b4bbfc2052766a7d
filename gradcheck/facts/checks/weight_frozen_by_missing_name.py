"""Which layers stay off because a loop waits for a name that no layer has?

on = False
for layer in model.layers:
    if layer.name == "block9":
        on = True
    layer.trainable = on
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.facts.domain.graph import Site
from gradcheck.facts.domain.inside import parents
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.events import Event
from gradcheck.facts.ownership.flags import History, histories
from gradcheck.facts.ownership.named_layers import asked_around, asked_name, gone_through, names
from gradcheck.facts.program import Program
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind


def ask(program: Program) -> Iterator[Starved]:
    """The weights of all layers that such a loop gives its flag."""
    for history in histories(program.machine):
        flags = [history.events[index] for index in history.flags()]
        for event in {id(one.site.node): one for one in reversed(flags) if one.loops}.values():
            yield from _waiting(history, event)


def _waiting(history: History, event: Event) -> Iterator[Starved]:
    loop, flag = event.loops[-1], _flag(event)
    if flag is None or not isinstance(loop, ast.For) or not isinstance(loop.target, ast.Name):
        return
    layers = gone_through(history.machine, event.owner)
    test = _test_before(loop, flag) if _starts_off(event, loop, flag) else None
    fits = asked_name(test, loop.target.id, event.site.frame.module.tree) if test is not None else None
    if test is None or fits is None or not layers or any(fits(name) for one in layers for name in names(one)):
        return
    guard = asked_around(event)
    meant = [one for one in layers if guard is None or any(guard(name) for name in names(one))]
    for birth in (birth for one in meant for birth in history.births(one).values()):
        site = Site(test, event.site.frame)
        yield starve(birth, Kind.FROZEN, site, "no layer has this name", scene="fit", variant="name")


def _flag(event: Event) -> str | None:
    """The name that `layer.trainable` is given the value of."""
    match parents(event.site.frame.code).get(event.site.node):
        case ast.Assign(value=ast.Name(id=name)):
            return name
    return None


def _test_before(loop: ast.For, flag: str) -> ast.expr | None:
    """The one test in a loop that turns a name to True."""
    stored = [one for one in ast.walk(loop) if isinstance(one, ast.Name) and one.id == flag]
    tests = [
        one.test
        for one in loop.body
        if isinstance(one, ast.If) and not one.orelse and any(_sets(inner, flag, True) for inner in one.body)
    ]
    writes = [one for one in stored if isinstance(one.ctx, ast.Store)]
    return tests[0] if len(tests) == len(writes) == 1 else None


def _starts_off(event: Event, loop: ast.For, flag: str) -> bool:
    """Whether the last thing that the name is given before the loop is False."""
    statements = [one for one in ast.walk(event.site.frame.code) if isinstance(one, ast.stmt)]
    before = [one for one in statements if one.lineno < loop.lineno and _sets(one, flag, None)]
    return bool(before) and _sets(max(before, key=lambda one: one.lineno), flag, False)


def _sets(statement: ast.stmt, flag: str, value: bool | None) -> bool:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=given) if name == flag:
            return value is None or (isinstance(given, ast.Constant) and given.value is value)
    return False
