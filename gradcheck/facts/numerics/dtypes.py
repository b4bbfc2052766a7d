"""Which values are certainly integers: no gradient is asked for those."""

from __future__ import annotations

from gradcheck.facts.domain.values import Value
from gradcheck.facts.interpreter.machine import Machine
from gradcheck.facts.interpreter.operations import operation_of
from gradcheck.facts.interpreter.transfer.new_weights import is_integer_type

DTYPE_AT = {"astype": 1, "cast": 1, "constant": 1, "convert_to_tensor": 1, "asarray": 1, "array": 1}
"""Where an operation is given the data type of its result."""
SAME = frozenset(
    [
        "constant",
        "convert_to_tensor",
        "asarray",
        "array",
        "identity",
        "expand_dims",
        "squeeze",
        "[]",
        "reshape",
    ]
)
"""Operations whose result is of their operand's data type, if they are given no other."""
WHOLE = frozenset({"integers", "randint", "decode_jpeg", "decode_png", "decode_image", "decode_bmp"})
"""What gives integers, if it is given no other data type."""


def is_integer(machine: Machine, value: Value | None, depth: int = 8) -> bool:
    """Whether a value is an array or a tensor of integers."""
    operation = operation_of(machine, value)
    if operation is None or not depth:
        return False
    dtype = operation.get("dtype", DTYPE_AT.get(operation.word))
    if dtype is not None:
        return is_integer_type(dtype)
    return operation.word in WHOLE or (
        operation.word in SAME and is_integer(machine, operation.first, depth - 1)
    )
