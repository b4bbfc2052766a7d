"""What windows leave of places: the lengths of what a convolution or a pooling gives."""

from __future__ import annotations

import math

from gradcheck.facts.domain.values import Constant, Sequence, Value, plain
from gradcheck.facts.interpreter.operations import Operation
from gradcheck.facts.numerics.sizes import Borrowed, Size, integer

Lengths = tuple[Size, ...]


def convolved(operation: Operation, before: Lengths) -> Lengths:
    """The lengths of the places that a convolution makes of some."""
    if "Transpose" in operation.word:
        return (None,) * len(before)
    kernel = _each(_given(operation, "kernel_size", 1), len(before))
    apart = _each(_given(operation, "dilation_rate", None), len(before), otherwise=1)
    kernel = tuple(_reach(size, gap) for size, gap in zip(kernel, apart, strict=True))
    strides = _each(_given(operation, "strides", 2), len(before), otherwise=1)
    return _slid(before, kernel, strides, _given(operation, "padding", 3))


def _reach(size: Size, gap: Size) -> Size:
    """How far a kernel of some size reaches whose places stand apart."""
    return None if size is None or gap is None else (size - 1) * gap + 1


def pooled(operation: Operation, before: Lengths) -> Lengths:
    """Those that a pooling makes: its windows are two places wide and do not overlap, unless it says so."""
    width = _each(_given(operation, "pool_size", 0), len(before), otherwise=2)
    strides = _given(operation, "strides", 1)
    apart = width if strides is None else _each(strides, len(before))
    return _slid(before, width, apart, _given(operation, "padding", 2))


def _given(operation: Operation, name: str, place: int | None) -> Value | None:
    made = operation.layer.made if operation.layer is not None else None
    return made.get(name, place) if made is not None else None


def _each(value: Value | None, rank: int, otherwise: int | None = None) -> Lengths:
    """One number for each axis, given once for all of them or one by one."""
    if value is None or (plain(value) is None and isinstance(value, Constant) and value.known):
        return (otherwise,) * rank
    if isinstance(value, Sequence):
        found = tuple(integer(one) for one in value.items)
        return found if len(found) == rank and not value.many else (None,) * rank
    return (integer(value),) * rank


def _slid(before: Lengths, widths: Lengths, steps: Lengths, padding: Value | None) -> Lengths:
    mode = "valid" if padding is None else plain(padding)
    rows = zip(before, widths, steps, strict=True)
    return tuple(_places(length, width, step, mode) for length, width, step in rows)


def _places(length: Size, width: Size, step: Size, mode: object) -> Size:
    """How many windows fit; a length that is borrowed stays so."""
    if length is None or not step:
        return None
    if mode == "same":
        found = math.ceil(length / step)
    elif mode == "valid" and width is not None:
        found = (length - width) // step + 1
    else:
        return None
    return None if found < 1 else Borrowed(found) if isinstance(length, Borrowed) else found
