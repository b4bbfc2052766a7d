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
from gradcheck.facts.domain.values import Instance, Layer, Value
from gradcheck.facts.facts import Starved
from gradcheck.facts.interpreter.events import Event
from gradcheck.facts.ownership.flags import History, histories, trainings
from gradcheck.facts.ownership.named_layers import gone_through, names
from gradcheck.facts.ownership.possible import Possible
from gradcheck.facts.program import Program
from gradcheck.facts.queries.starve import starve
from gradcheck.report.kinds import Kind


def ask(program: Program) -> Iterator[Starved]:
    """The weights of the layers inside that a loop's words are about."""
    for history in histories(program.machine):
        ends = [index for index, _ in trainings(history)]
        for index in (*history.flags(), *history.flags(value=False)):
            event = history.events[index]
            words = _words(event) if event.loops and any(end > index for end in ends) else []
            for inner in _inside(history, event, words) if words else ():
                births = history.births(inner)
                later = min(end for end in ends if end > index)
                if not history.touched(set(births), index, later, passing=_of(event)):
                    for birth in births.values():
                        yield starve(
                            birth, Kind.FROZEN, event.site, "by its own name", scene="fit", variant="inner"
                        )


def _of(event: Event) -> Callable[[Event], bool]:
    return lambda other: other.site.node is event.site.node


def _words(event: Event) -> list[str]:
    """The words that a loop looks for in the name of a layer, to leave those that have them on."""
    loop, tree = event.loops[-1], event.site.frame.module.tree
    target = loop.target if isinstance(loop, ast.For) else None
    statement = parents(tree).get(event.site.node)
    if not isinstance(target, ast.Name) or not isinstance(statement, ast.Assign):
        return []
    match statement.value:
        case ast.Constant(value=False):
            around = parents(tree).get(statement)
            test = around.test if isinstance(around, ast.If) and statement in around.body else None
            return _looked_for(tree, _without(test), target.id)
        case value:
            return _looked_for(tree, value, target.id)


def _without(test: ast.expr | None) -> ast.expr | None:
    """`"lora" in layer.name` of `"lora" not in layer.name`, and `x` of `not x`."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return inner
        case ast.Compare(left=left, ops=[ast.NotIn()], comparators=[right]):
            return ast.copy_location(ast.Compare(left, [ast.In()], [right]), test)
    return None


def _looked_for(tree: ast.Module, test: ast.expr | None, layer: str) -> list[str]:
    match test:
        case ast.Compare(left=word, ops=[ast.In()], comparators=[named]) if _is_name(named, layer):
            return _strings(tree, word)
        case ast.Call(
            func=ast.Name(id="any"),
            args=[ast.GeneratorExp(elt=elt, generators=[each]) | ast.ListComp(elt=elt, generators=[each])],
        ):
            match elt:
                case ast.Compare(left=ast.Name(id=asked), ops=[ast.In()], comparators=[named]):
                    own = isinstance(each.target, ast.Name) and each.target.id == asked
                    return _strings(tree, each.iter) if own and _is_name(named, layer) else []
    return []


def _is_name(node: ast.expr, layer: str) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id=word), attr="name"):
            return word == layer
        case ast.Call(func=ast.Attribute(value=inner, attr="lower")):
            return _is_name(inner, layer)
    return False


def _strings(tree: ast.Module, node: ast.expr | None, depth: int = 4) -> list[str]:
    """The words that an expression lists, also through names, arguments and attributes of the module."""
    match node:
        case ast.Constant(value=str() as word):
            return [word]
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
            return [word for part in parts for word in _strings(tree, part, depth - 1)]
        case ast.Name() | ast.Attribute() if depth:
            sources = [*Possible(tree, {}).sources(node)]
            return [word for one in sources for word in _strings(tree, one, depth - 1)]
    return []


def _inside(history: History, event: Event, words: list[str]) -> Iterator[Value]:
    """The layers inside those of the loop that have one of the words in their names, where the one around has
    none of them."""
    for outer in gone_through(history.machine, event.owner):
        if not any(word in name for name in names(outer) for word in words):
            yield from _named(outer, words)


def _named(owner: Value, words: list[str], depth: int = 4) -> Iterator[Value]:
    for attribute, part in _parts(owner) if depth else ():
        given = names(part) if isinstance(part, Layer) else ()
        if any(word in name for name in (attribute, *given) for word in words):
            yield part
        else:
            yield from _named(part, words, depth - 1)


def _parts(owner: Value) -> Iterator[tuple[str, Value]]:
    kept = owner.attributes.items() if isinstance(owner, Instance) else ()
    for attribute, value in kept:
        yield from ((attribute, one) for one in flatten(value) if isinstance(one, (Instance, Layer)))
