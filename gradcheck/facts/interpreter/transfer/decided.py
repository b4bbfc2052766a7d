"""Which way a test goes: whether Keras trains, what it computes with, and how an object was set up decide."""

from __future__ import annotations

import ast

from gradcheck.base.blocks import blocks
from gradcheck.facts.domain.inside import parents
from gradcheck.facts.domain.values import External
from gradcheck.facts.interpreter.log import NotTaken
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.transfer.configured import configured_arm
from gradcheck.facts.interpreter.transfer.training_flag import is_training, is_untold, training_arm

BACKEND = "tensorflow"
"""What Keras computes with in a program that asks TensorFlow for gradients."""
OTHERS = frozenset({"jax", "torch", "numpy", "openvino", "theano", "cntk", "mlx"})


def decided_arm(machine: Machine, node: ast.If | ast.IfExp) -> bool | None:
    """Whether the test of a branch holds; None for one that nothing decides."""
    if (taken := _backend_arm(machine, node.test)) is not None:
        return taken
    trains = (taken := training_arm(machine, node.test)) is not None
    if taken is not None and not is_training(machine, node.test):
        if is_untold(machine, node.test):
            arm = _not_run(machine, node, taken)
            machine.log.untold.append(NotTaken(machine.site(node.test), arm))
        return taken
    if taken is None:
        taken = configured_arm(machine, node.test)
    if taken is not None:
        arm = _not_run(machine, node, taken)
        machine.log.not_taken.append(NotTaken(machine.site(node.test), arm, trains))
    return taken


def _not_run(machine: Machine, node: ast.If | ast.IfExp, taken: bool) -> tuple[ast.AST, ...]:
    """The other arm, and what comes behind the branch where its own arm ends the function."""
    if isinstance(node, ast.IfExp):
        return (node.orelse if taken else node.body,)
    arm, other = (node.body, node.orelse) if taken else (node.orelse, node.body)
    if not (arm and isinstance(arm[-1], (ast.Return, ast.Raise, ast.Continue, ast.Break))):
        return tuple(other)
    around = parents(machine.frame.module.tree)[node]
    block = next(one for holder, one in blocks(around) if holder is around and node in one)
    return (*other, *block[block.index(node) + 1 :])


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
