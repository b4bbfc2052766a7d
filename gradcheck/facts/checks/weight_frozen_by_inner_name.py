"""Which layers are switched off with the layer around them, although a loop goes by a name that they have?

for layer in model.layers:
    layer.trainable = "lora" in layer.name

`model.layers` are the outermost ones: a block is asked for its own name, and switched off with all inside.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from gradcheck.facts.domain.contents import flatten
from gradcheck.facts.domain.inside import parents
from gradcheck.facts.domain.values import Birth, Instance, Layer, Value
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.events import Event
from gradcheck.facts.ownership.flags import History, histories, trainings
from gradcheck.facts.ownership.named_layers import Fits, asked_name, gone_through, names
from gradcheck.facts.program import Program
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind


def ask(program: Program) -> Iterator[Starved]:
    """The weights of the layers inside that a loop's words are about."""
    for history in histories(program.machine):
        ends = [index for index, _ in trainings(history)]
        for index in (*history.flags(), *history.flags(value=False)):
            event, later = history.events[index], [end for end in ends if end > index]
            for inner in _inside(history, event) if event.loops and later else ():
                births = history.births(inner)
                if not history.touched(set(births), index, min(later), passing=_of(event)):
                    for birth in births.values():
                        yield _told(birth, event)


def _told(birth: Birth, event: Event) -> Starved:
    return starve(birth, Kind.FROZEN, event.site, "by its own name", scene="fit", variant="inner")


def _of(event: Event) -> Callable[[Event], bool]:
    return lambda other: other.site.node is event.site.node


def _left_on(event: Event) -> Fits | None:
    """The names by which a loop leaves a layer on."""
    loop, tree = event.loops[-1], event.site.frame.module.tree
    target = loop.target if isinstance(loop, ast.For) else None
    statement = parents(tree).get(event.site.node)
    if not isinstance(target, ast.Name) or not isinstance(statement, ast.Assign):
        return None
    test: ast.expr | None = statement.value
    if isinstance(test, ast.Constant):
        around = parents(tree).get(statement)
        test = _without(around.test) if isinstance(around, ast.If) and statement in around.body else None
    return asked_name(test, target.id, tree) if test is not None else None


def _without(test: ast.expr) -> ast.expr | None:
    """`"lora" in layer.name` of `"lora" not in layer.name`, and `x` of `not x`."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return inner
        case ast.Compare(left=left, ops=[ast.NotIn()], comparators=[right]):
            return ast.copy_location(ast.Compare(left, [ast.In()], [right]), test)
    return None


def _inside(history: History, event: Event) -> Iterator[Value]:
    """The layers inside those of the loop whose names would leave them on, where that of the one around does
    not."""
    if (fits := _left_on(event)) is None:
        return
    for outer in gone_through(history.machine, event.owner):
        if not any(map(fits, names(outer))):
            yield from _named(outer, fits)


def _named(owner: Value, fits: Fits, depth: int = 4) -> Iterator[Value]:
    for attribute, part in _parts(owner) if depth else ():
        given = names(part) if isinstance(part, Layer) else ()
        if any(map(fits, (attribute, *given))):
            yield part
        else:
            yield from _named(part, fits, depth - 1)


def _parts(owner: Value) -> Iterator[tuple[str, Value]]:
    kept = owner.attributes.items() if isinstance(owner, Instance) else ()
    for attribute, value in kept:
        yield from ((attribute, one) for one in flatten(value) if isinstance(one, (Instance, Layer)))
