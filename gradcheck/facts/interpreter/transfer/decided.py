"""Which way a test goes that the surroundings decide: whether Keras trains, and on what it computes."""

from __future__ import annotations

import ast

from gradcheck.facts.domain.values import External
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.transfer.training_flag import training_arm

BACKEND = "tensorflow"
"""What Keras computes with in a program that asks TensorFlow for gradients."""
OTHERS = frozenset({"jax", "torch", "numpy", "openvino", "theano", "cntk", "mlx"})


def decided_arm(machine: Machine, test: ast.expr) -> bool | None:
    """Whether a test holds; None for one that the surroundings do not decide."""
    if (taken := _backend_arm(machine, test)) is not None:
        return taken
    return training_arm(machine, test)


def _backend_arm(machine: Machine, test: ast.expr) -> bool | None:
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            found = _backend_arm(machine, inner)
            return None if found is None else not found
        case ast.BoolOp(op=ast.And(), values=values):
            return False if any(_backend_arm(machine, one) is False for one in values) else None
        case ast.BoolOp(op=ast.Or(), values=values):
            return True if any(_backend_arm(machine, one) is True for one in values) else None
        case ast.Compare(left=left, ops=[ast.Eq() | ast.In()], comparators=[other]):
            return _names_ours(machine, left, other)
        case ast.Compare(left=left, ops=[ast.NotEq() | ast.NotIn()], comparators=[other]):
            found = _names_ours(machine, left, other)
            return None if found is None else not found
    return None


def _names_ours(machine: Machine, asked: ast.expr, other: ast.expr) -> bool | None:
    """Whether one or several names of backends have the one in use among them."""
    names = {one.value for one in ast.walk(other) if isinstance(one, ast.Constant)}
    if not names or not names <= OTHERS | {BACKEND} or not _asks_backend(machine, asked):
        return None
    return BACKEND in names


def _asks_backend(machine: Machine, asked: ast.expr) -> bool:
    match asked:
        case ast.Call(func=(ast.Name(id="backend") | ast.Attribute(attr="backend")) as function, args=[]):
            target = machine.eval(function)
            return isinstance(target, External) and target.name.startswith("keras.")
    return False
