"""Which lists a loop takes the first element of alone, since every way through its body leaves it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradcheck.facts.domain.inside import FUNCTIONS, inside
from gradcheck.facts.domain.values import Lazy, Mapping, Sequence, Value
from gradcheck.facts.interpreter.log import PassedOver
from gradcheck.facts.interpreter.machine import Machine

LOOPS = (ast.For, ast.AsyncFor, ast.While)
PASSED_ON = frozenset({"enumerate", "iter", "list", "tuple", "zip"})
"""What hands out the elements of its arguments in their order."""


def note_left(machine: Machine, node: ast.For | ast.AsyncFor) -> None:
    """Remember the lists of a loop that ends with its first round."""
    left = _end(node.body)
    if left is None or _goes_on(node.body):
        return
    for written, taken in _lists(machine, node):
        if taken.length is None or taken.length > 1:
            site = machine.site(left)
            machine.log.passed_over.append(PassedOver(taken, written, 1, site, loop=node))


def _end(body: list[ast.stmt]) -> ast.stmt | None:
    """The statement by which every round that comes so far leaves the loop."""
    for statement in body:
        match statement:
            case ast.Return() | ast.Break():
                return statement
            case ast.If(body=first, orelse=second) if _end(first) and (last := _end(second)):
                return last
            case ast.With(body=inner) if (last := _end(inner)) is not None:
                return last
    return None


def _goes_on(body: list[ast.stmt]) -> bool:
    """Whether a `continue` among these statements, or a generator's `yield`, goes on with the next round."""
    return any(_continues(statement) for statement in body)


def _continues(node: ast.AST) -> bool:
    if isinstance(node, (ast.Continue, ast.Yield, ast.YieldFrom, ast.Try)):
        return True
    if isinstance(node, FUNCTIONS):
        return False
    # The jumps of an inner loop are its own.
    inner = (*node.body, *node.orelse) if isinstance(node, LOOPS) else ast.iter_child_nodes(node)
    skipped = ast.Continue if isinstance(node, LOOPS) else ()
    return any(_continues(one) for one in inner if not isinstance(one, skipped))


# -- lists ------------------------------------------------------------------------


def _lists(machine: Machine, node: ast.For | ast.AsyncFor) -> Iterator[tuple[ast.expr, Sequence]]:
    match node.iter, node.target:
        case ast.Call(func=ast.Name(id="range"), args=[_] | [ast.Constant(value=0), _]), ast.Name(id=place):
            for inner in inside(node):
                match inner:
                    case ast.Subscript(value=ast.Name() | ast.Attribute() as one, slice=ast.Name(id=word)):
                        yield from _list(machine, one) if word == place else ()
        case _:
            yield from _written(machine, node.iter)


def _written(machine: Machine, written: ast.expr) -> Iterator[tuple[ast.expr, Sequence]]:
    match written:
        case ast.Call(func=ast.Name(id=name), args=parts) if name in PASSED_ON:
            for part in parts:
                yield from _written(machine, part)
        case ast.Call(func=ast.Name(id="reversed"), args=[(ast.Name() | ast.Attribute()) as one]):
            yield from ((written, _backwards(taken)) for _, taken in _list(machine, one))
        case ast.Call(func=ast.Attribute(value=held, attr="values" | "items"), args=[]):
            yield from _list(machine, held)
        case _:
            yield from _list(machine, written)


def _backwards(taken: Sequence) -> Sequence:
    return Sequence(taken.items[::-1], taken.many, size=taken.size, part=taken.part)


def _list(machine: Machine, written: ast.expr) -> Iterator[tuple[ast.expr, Sequence]]:
    """The list that an expression names, or the values of the dict."""
    plain = isinstance(written, (ast.Name, ast.Attribute)) or _is_slice(written)
    value: Value | None = machine.eval(written) if plain else None
    if isinstance(value, Mapping) and not value.rest:
        yield written, Sequence([*value.entries.values()], kind="dict")
    elif isinstance(value, Sequence) and not isinstance(value, Lazy):
        yield written, value


def _is_slice(written: ast.expr) -> bool:
    match written:
        case ast.Subscript(value=ast.Name() | ast.Attribute(), slice=ast.Slice(lower=first, upper=last)):
            return all(
                part is None or isinstance(part, (ast.Constant, ast.UnaryOp)) for part in (first, last)
            )
    return False
