"""What a test says about a value that may be one of several: `if isinstance(self.scale, tf.Variable)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager

from gradcheck.facts.domain.values import Choice, External, Instance, Sequence, Tensor, Value, WeightRef
from gradcheck.facts.interpreter.machine import Machine

VARIABLES = frozenset({"tf.Variable", "keras.Variable", "keras.backend.Variable"})


@contextmanager
def assuming(machine: Machine, test: ast.expr | None, holds: bool) -> Iterator[None]:
    """Run an arm of a branch, in which a test holds or does not."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            with assuming(machine, inner, not holds):
                yield
            return
        case ast.Call(func=ast.Name(id="isinstance"), args=[place, kinds]) if _variable(machine, kinds):
            with _narrowed(machine, place, holds):
                yield
            return
    yield


def _variable(machine: Machine, kinds: ast.expr) -> bool:
    """Whether a value is asked to be a variable, and nothing else."""
    asked = machine.eval(kinds)
    one = asked.items if isinstance(asked, Sequence) else [asked]
    return bool(one) and all(isinstance(kind, External) and kind.name in VARIABLES for kind in one)


@contextmanager
def _narrowed(machine: Machine, place: ast.expr, variable: bool) -> Iterator[None]:
    match place:
        case ast.Name(id=name):
            names, one = machine.scope.names, machine.scope.names.get(name)
            if one is not None:
                names[name] = _only(one, variable)
            yield
        case ast.Attribute(value=owner, attr=name) if isinstance(kept := machine.eval(owner), Instance):
            one = kept.attributes.get(name)
            narrow = _only(one, variable) if one is not None else None
            if narrow is not None:
                kept.attributes[name] = narrow
            yield
            if one is not None and kept.attributes.get(name) is narrow:
                kept.attributes[name] = one
        case _:
            yield


def _only(value: Value, variable: bool) -> Value:
    """What a value may still be when it is a variable, or none."""
    if not isinstance(value, Choice):
        return value
    other = Tensor if variable else WeightRef
    kept = tuple(one for one in value.options if not isinstance(one, other))
    return kept[0] if len(kept) == 1 else Choice(kept) if kept else value
