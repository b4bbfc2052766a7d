"""Which way a test goes that asks how an object was set up: `if self.gated:` of a `Cell(8, gated=False)`."""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from gradcheck.base.parameters import parameters
from gradcheck.facts.domain.comparisons import COMPARED
from gradcheck.facts.domain.frames import Frame
from gradcheck.facts.domain.inside import FUNCTIONS
from gradcheck.facts.domain.values import Constant, Instance, Value
from gradcheck.facts.interpreter.events import is_flag
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.report.kinds import Phase

_ASKED: dict[type[ast.AST], Callable[[Any, Any], bool]] = {
    **COMPARED,
    ast.In: lambda one, among: one in among,
    ast.NotIn: lambda one, among: one not in among,
}
_OF_KERAS = frozenset({"built", "dynamic", "stateful", "supports_masking"})
"""Attributes that Keras changes by itself."""


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
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _ASKED[type(op)](_value(machine, left), _value(machine, right))
        case ast.Name(id=name) if _is_given(machine, name):
            return _known(machine.scope.names.get(name))
        case ast.Attribute(value=ast.Name() as owner, attr=name):
            return _known(_kept(machine, machine.eval(owner), name))
    raise UndecidedError


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
    raise UndecidedError


def _is_given(machine: Machine, name: str) -> bool:
    """Whether a name is a parameter that keeps what the program called the function with."""
    function = machine.frame.function
    if (
        function is None
        or not _of_program(machine.frame)
        or not any(one.arg == name for one in parameters(function.node.args))
    ):
        return False
    return name not in _stored(function.node)


def _kept(machine: Machine, owner: Value, name: str) -> Value | None:
    """What an object that the program makes was given in its constructor, if nothing changes it later."""
    if not isinstance(owner, Instance) or is_flag(name) or name in _OF_KERAS:
        return None
    if owner.site is None or not _of_program(owner.site.frame):
        return None
    trees = {machine.home.tree, *(model.module.tree for model in owner.model.lineage())}
    return None if any(name in _changed(tree) for tree in trees) else owner.attributes.get(name)


def _of_program(frame: Frame) -> bool:
    """Whether the module's own statements lead here: whoever else calls may give something else."""
    return frame.outermost.phase is Phase.IMPORT


@lru_cache(maxsize=128)
def _stored(function: ast.AST) -> frozenset[str]:
    """The names that a function gives a value."""
    nodes = (node for node in ast.walk(function) if isinstance(node, ast.Name))
    return frozenset(node.id for node in nodes if not isinstance(node.ctx, ast.Load))


@lru_cache(maxsize=24)
def _changed(tree: ast.Module) -> frozenset[str]:
    """The attributes that are given a value outside of constructors."""
    built = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, FUNCTIONS) and getattr(function, "name", "") == "__init__"
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute))
    return frozenset(
        node.attr for node in nodes if not isinstance(node.ctx, ast.Load) and id(node) not in built
    )
