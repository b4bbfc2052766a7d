"""Distances from a product of each with each: `|a|^2 - 2 a a^T + |a|^2` is zero where a row meets itself."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts.domain.values import Constant, Value
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import SUMS, Operation, identical, node_of, operation_of
from gradcheck.facts.numerics.infinite_slopes import unmoved
from gradcheck.facts.numerics.sizes import number

UNIT = (1.0, 2.0)
"""What a distance of normalized rows begins with: `2 - 2 a a^T`."""


def squared_distances(machine: Machine, value: Value | None) -> bool:
    """Whether a value is the squared distances of each row of a matrix to each, the row itself among them."""
    leaves = list(_leaves(machine, value, 1.0))
    products = [one for one, sign in leaves if sign < 0 and _of_itself(machine, one) is not None]
    others = [one for one, sign in leaves if one not in products]
    if len(products) != 1 or not others or any(sign < 0 for one, sign in leaves if one in others):
        return False
    rows = _of_itself(machine, products[0])
    return all(_is_square_of(machine, one, rows, products[0]) for one in others)


def _leaves(
    machine: Machine, value: Value | None, sign: float, depth: int = 8
) -> Iterator[tuple[Value, float]]:
    """What a sum consists of, each with its sign; factors that are numbers are left out."""
    operation = operation_of(machine, value)
    pair = operation.inputs[:2] if operation is not None and len(operation.inputs) >= 2 else []
    if operation is not None and depth and len(pair) == 2 and operation.word in ("+", "-"):
        yield from _leaves(machine, pair[0], sign, depth - 1)
        yield from _leaves(machine, pair[1], sign if operation.word == "+" else -sign, depth - 1)
    elif operation is not None and depth and operation.word == "*" and any(map(_is_number, pair)):
        factor = next(found for one in pair if (found := number(one)) is not None)
        rest = pair[1] if _is_number(pair[0]) else pair[0]
        yield from _leaves(machine, rest, sign if factor > 0 else -sign, depth - 1)
    elif value is not None:
        yield value, sign


def _is_number(value: Value) -> bool:
    return number(value) is not None


def _of_itself(machine: Machine, value: Value) -> int | None:
    """The node of a matrix of which a value is the product with its own transpose."""
    operation = operation_of(machine, value)
    if operation is None or operation.word != "@" or len(operation.inputs) < 2:
        return None
    left, right = operation.inputs[:2]
    turned = operation_of(machine, right)
    if turned is not None and turned.word in ("transpose", "T"):
        right = turned.first or right
    elif not _says_transposed(operation):
        return None
    return node_of(left) if identical(left, right) else None


def _says_transposed(operation: Operation) -> bool:
    flag = operation.arguments.get("transpose_b")
    return isinstance(flag, Constant) and flag.value is True


def _is_square_of(machine: Machine, value: Value, rows: int | None, product: Value) -> bool:
    """Whether a value is the squared length of the same rows, in whatever shape, or one of rows of length
    one."""
    if isinstance(value, Constant):
        made = machine.operations.get(rows) if rows is not None else None
        return value.value in UNIT and made is not None and made.word == "l2_normalize"
    operation = operation_of(machine, unmoved(machine, value))
    if operation is None:
        return False
    if operation.word == "diag_part":
        return node_of(operation.first) == node_of(product)
    squared = operation_of(machine, operation.first) if operation.word in SUMS else None
    return squared is not None and _squares(squared, rows)


def _squares(operation: Operation, rows: int | None) -> bool:
    nodes = {node_of(value) for value in operation.inputs if not isinstance(value, Constant)}
    power = operation.word == "**" and number(operation.inputs[1]) == 2.0
    return nodes == {rows} and (operation.word in ("square", "*") or power)
