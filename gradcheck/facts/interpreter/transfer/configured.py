"""Which way a test goes that asks how a program was set up: `if self.gated:` of a `Cell(8, gated=False)`,
`if config["gated"]:` of a dict that is written down, `if GATED:` of a name that keeps its value."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from gradcheck.facts.domain.comparisons import COMPARED
from gradcheck.facts.domain.values import Constant, Instance, Layer, Value, WeightRef
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.transfer.membership import all_are, asked_of
from gradcheck.facts.interpreter.transfer.set_up import settled

_ASKED: dict[type[ast.AST], Callable[[Any, Any], bool]] = {
    **COMPARED,
    ast.In: lambda one, among: one in among,
    ast.NotIn: lambda one, among: one not in among,
}


class UndecidedError(Exception):
    """The source does not say what a test asks for."""


def configured_arm(machine: Machine, test: ast.expr) -> bool | None:
    """Whether a test holds that asks for nothing but what an object, or a function, was given for good; None
    for any other test."""
    try:
        return bool(_value(machine, test))
    except (UndecidedError, TypeError):
        return None


def _value(machine: Machine, node: ast.expr) -> Any:
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Tuple(elts=elements) | ast.List(elts=elements) | ast.Set(elts=elements):
            return tuple(_value(machine, one) for one in elements)
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return not _value(machine, inner)
        case ast.BoolOp(op=op, values=values):
            return _connected(machine, values, isinstance(op, ast.Or))
        case ast.Compare(
            left=left, ops=[ast.Is() | ast.IsNot() as op], comparators=[ast.Constant(value=None)]
        ):
            return _is_none(settled(machine, left)) is isinstance(op, ast.Is)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _ASKED[type(op)](_value(machine, left), _value(machine, right))
        case ast.Call() if (asked := asked_of(machine, node)) is not None:
            return _is_member(machine, *asked)
        case ast.Name() | ast.Attribute() | ast.Subscript() | ast.Call():
            return _known(settled(machine, node))
    raise UndecidedError


def _is_member(machine: Machine, place: ast.expr, kinds: list[Value]) -> bool:
    found = all_are(machine.eval(place), kinds)
    if found is None:
        raise UndecidedError
    return found


def _connected(machine: Machine, nodes: list[ast.expr], either: bool) -> bool:
    """Of tests that `or` connects one that holds decides, of those that `and` connects one that does not."""
    truths = [configured_arm(machine, node) for node in nodes]
    if either in truths:
        return either
    if None in truths:
        raise UndecidedError
    return not either


def _known(value: Value | None) -> Any:
    if type(value) is Constant and value.known and value.below is None:
        return value.value
    if _holds(value):
        return value
    raise UndecidedError


def _holds(value: Value | None) -> bool:
    """Whether a test of a value as it is holds: a layer is there, or it is not."""
    if isinstance(value, Instance):
        model = value.model
        return model.callable_layer and not (
            model.open or model.method("__bool__") or model.method("__len__")
        )
    return isinstance(value, Layer)


def _is_none(value: Value | None) -> bool:
    """Whether an object keeps None under a name, or surely something else."""
    if isinstance(value, (Layer, Instance, WeightRef)):
        return False
    return _known(value) is None
