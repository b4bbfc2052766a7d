"""What `x.shape` is, as far as the call that made `x` spells it out: `np.reshape(x, (n, 1, k)).shape[1]`."""

from __future__ import annotations

import ast

from gradcheck.facts.domain.literals import is_new_axis
from gradcheck.facts.domain.values import UNTRACKED_CONSTANT, Constant, Sequence, Value, plain
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import INDEX, Operation, operation_of

_ONE = Constant(1)


def shape(machine: Machine, value: Value) -> Value:
    """The lengths that are known, in a tuple; nothing where none is."""
    operation = operation_of(machine, value)
    lengths = _lengths(operation) if operation is not None else []
    known = any(one is not UNTRACKED_CONSTANT for one in lengths)
    return Sequence([*lengths], kind="tuple") if known else UNTRACKED_CONSTANT


def _lengths(operation: Operation) -> list[Value]:
    match operation.word:
        case "reshape":
            return [_length(one) for one in _spelt(operation)]
        case "expand_dims":
            axis = plain(operation.get("axis", 1))
            return [*[UNTRACKED_CONSTANT] * axis, _ONE] if type(axis) is int and 0 <= axis < _MOST else []
        case word if word == INDEX:
            return _taken(operation.site.node)
    return []


_MOST = 8
"""Arrays have fewer axes."""


def _spelt(operation: Operation) -> list[Value]:
    """The lengths that a call is given, in a tuple or one by one."""
    given = operation.get("shape", 1) or operation.get("newshape", 1)
    if isinstance(given, Sequence):
        return [] if given.many else given.items
    return [value for _, value in operation.arguments.positional if isinstance(value, Constant)]


def _length(value: Value) -> Value:
    found = plain(value)
    return value if type(found) is int and found >= 0 else UNTRACKED_CONSTANT


def _taken(node: ast.AST) -> list[Value]:
    """The axes that an index makes, `x[:, None]`, beside those that it leaves whole."""
    parts = node.slice.elts if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple) else []
    whole = [isinstance(one, ast.Slice) and not (one.lower or one.upper or one.step) for one in parts]
    new = [is_new_axis(one) for one in parts]
    if not any(new) or not all(one or other for one, other in zip(whole, new, strict=True)):
        return []
    return [_ONE if one else UNTRACKED_CONSTANT for one in new]
