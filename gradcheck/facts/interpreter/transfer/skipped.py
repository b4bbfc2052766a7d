"""Which elements of a list a loop passes over, as its own tests of the place say: `if i < 2: continue`."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable

from gradcheck.facts.domain.comparisons import ORDERED
from gradcheck.facts.domain.values import Lazy, Sequence
from gradcheck.facts.interpreter.log import PassedOver
from gradcheck.facts.interpreter.machine import Machine

MOST = 64
JUMPS = (ast.Continue, ast.Break, ast.Pass)
_COUNTED: dict[type, Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Mod: lambda a, b: a % b if b else 0,
}


class UnclearError(Exception):
    """A test asks about more than the place in the list."""


def note_skipped(machine: Machine, node: ast.For | ast.AsyncFor) -> None:
    """Remember the elements for which a loop over `enumerate(...)` does nothing."""
    match node:
        case ast.For(
            target=ast.Tuple(elts=[ast.Name(id=place), _]),
            iter=ast.Call(func=ast.Name(id="enumerate"), args=[ast.Name() | ast.Attribute() as written]),
        ):
            taken = machine.eval(written)
        case _:
            return
    size = taken.length if isinstance(taken, Sequence) and not isinstance(taken, Lazy) else None
    if size is None or not 1 < size <= MOST or not isinstance(taken, Sequence):
        return
    try:
        skipped = _skipped(node.body, place, size)
    except UnclearError:
        return
    if skipped and len(skipped) < size:
        places = sorted(skipped)
        if places == list(range(places[0], places[-1] + 1)):
            site = machine.site(skipped[places[0]])
            machine.log.passed_over.append(PassedOver(taken, written, 0, site, _slice(places, size), node))


def _slice(places: list[int], size: int) -> str:
    if len(places) == 1:
        return f"[{places[0]}]"
    first, last = places[0] or "", places[-1] + 1
    return f"[{first}:{'' if last == size else last}]"


def _skipped(body: list[ast.stmt], name: str, size: int) -> dict[int, ast.stmt]:
    """The places for which nothing is done, each with the statement that decides it."""
    found: dict[int, ast.stmt] = {}
    for place in range(size):
        why = _passes(body, name, place)
        if isinstance(why, ast.Break):
            return found | dict.fromkeys(range(place, size), why)
        if why is not None:
            found[place] = why
    return found


def _passes(body: list[ast.stmt], name: str, place: int) -> ast.stmt | None:
    """The statement by which a round ends without having done anything, if one does."""
    decided: ast.stmt | None = None
    for statement in body:
        if not isinstance(statement, ast.If):
            return statement if isinstance(statement, JUMPS) else None
        arm = statement.body if _truth(statement.test, name, place) else statement.orelse
        if arm:
            return _passes(arm, name, place)
        decided = statement
    return decided


def _truth(test: ast.expr, name: str, place: int) -> bool:
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return not _truth(inner, name, place)
        case ast.BoolOp(op=ast.And(), values=values):
            return all(_truth(one, name, place) for one in values)
        case ast.BoolOp(op=ast.Or(), values=values):
            return any(_truth(one, name, place) for one in values)
        case ast.Compare(left=left, ops=[ast.In() | ast.NotIn() as how], comparators=[right]):
            inside = _number(left, name, place) in _numbers(right, name, place)
            return inside is isinstance(how, ast.In)
        case ast.Compare(left=left, ops=[how], comparators=[right]) if type(how) in ORDERED:
            return ORDERED[type(how)](_number(left, name, place), _number(right, name, place))
    return bool(_number(test, name, place))


def _number(node: ast.expr, name: str, place: int) -> int:
    match node:
        case ast.Name(id=word) if word == name:
            return place
        case ast.Constant(value=int() as value):
            return value
        case ast.BinOp(left=left, op=how, right=right) if type(how) in _COUNTED:
            return _COUNTED[type(how)](_number(left, name, place), _number(right, name, place))
    raise UnclearError


def _numbers(node: ast.expr, name: str, place: int) -> list[int]:
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        return [_number(one, name, place) for one in node.elts]
    raise UnclearError
