"""What a test says about a value that may be one of several: `if isinstance(self.scale, tf.Variable)`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from gradcheck.facts.domain.inside import parents
from gradcheck.facts.domain.values import Choice, External, Instance, Tensor, Value, WeightRef
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.transfer.membership import asked_of, is_one_of

VARIABLES = frozenset({"tf.Variable", "keras.Variable", "keras.backend.Variable"})


@contextmanager
def assuming(machine: Machine, test: ast.expr | None, holds: bool) -> Iterator[None]:
    """Run an arm of a branch, in which a test holds or does not."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            with assuming(machine, inner, not holds):
                yield
            return
        case ast.Call() if test is not None and (asked := asked_of(machine, test)) is not None:
            place, kinds = asked
            if _variables(kinds) or _is_called(machine, test, place):
                with _narrowed(machine, place, lambda one: _may_be(one, kinds, holds)):
                    yield
                return
    yield


def _is_called(machine: Machine, test: ast.expr, place: ast.expr) -> bool:
    """Whether a branch calls what it asks about: a list that a branch chooses layers for is looked at as a
    choice."""
    around, called = parents(machine.frame.module.tree), ast.unparse(place)
    branch = around.get(test)
    while isinstance(branch, ast.UnaryOp):
        branch = around.get(branch)
    inner = ast.walk(branch) if branch is not None else ()
    return any(isinstance(one, ast.Call) and ast.unparse(one.func) == called for one in inner)


def _may_be(value: Value, kinds: list[Value], holds: bool) -> bool:
    """Whether a value may be of one of the classes, or need not be where the test does not hold."""
    if _variables(kinds):
        return not isinstance(value, Tensor if holds else WeightRef)
    return is_one_of(value, kinds) is not (not holds)


def _variables(kinds: list[Value]) -> bool:
    """Whether a value is asked to be a variable, and nothing else."""
    return bool(kinds) and all(isinstance(kind, External) and kind.name in VARIABLES for kind in kinds)


@contextmanager
def _narrowed(machine: Machine, place: ast.expr, keep: Callable[[Value], bool]) -> Iterator[None]:
    match place:
        case ast.Name(id=name):
            names, one = machine.scope.names, machine.scope.names.get(name)
            if one is not None:
                names[name] = _only(one, keep)
            yield
        case ast.Attribute(value=owner, attr=name) if isinstance(kept := machine.eval(owner), Instance):
            one = kept.attributes.get(name)
            narrow = _only(one, keep) if one is not None else None
            if narrow is not None:
                kept.attributes[name] = narrow
            yield
            if one is not None and kept.attributes.get(name) is narrow:
                kept.attributes[name] = one
        case _:
            yield


def _only(value: Value, keep: Callable[[Value], bool]) -> Value:
    """What is left of the values that one may be."""
    if not isinstance(value, Choice):
        return value
    kept = tuple(one for one in value.options if keep(one))
    return kept[0] if len(kept) == 1 else Choice(kept) if kept else value
