"""Sizes and shapes as the source gives them: the numbers in arguments, what is known of a value's axes."""

from __future__ import annotations

import ast
from typing import NamedTuple

from gradcheck.facts.domain.values import Sequence, Value, plain

Size = int | None


class Borrowed(int):
    """A size that the source does not spell out where it is used."""


class Shape(NamedTuple):
    """The sizes counted from the front and from the back; `exact` when `front` is all of them."""

    front: tuple[Size, ...] = ()
    back: tuple[Size, ...] = ()
    exact: bool = False

    def size(self, axis: int) -> Size:
        """The length of one axis."""
        sizes = self.front if self.exact or axis >= 0 else self.back
        return sizes[axis] if -len(sizes) <= axis < len(sizes) else None

    @property
    def tail(self) -> tuple[Size, ...]:
        """The sizes known from the back."""
        return self.front if self.exact else self.back

    def replace(self, axis: int, size: Size) -> Shape:
        """The same shape with one axis of another length."""
        front, back = list(self.front), list(self.back)
        sizes = front if self.exact or axis >= 0 else back
        if not -len(sizes) <= axis < len(sizes):
            # The axis is not a known number, so it may be any of them.
            return Shape((), (), exact=False)
        sizes[axis] = size
        return Shape(tuple(front), tuple(back) if axis < 0 else (), self.exact)


# -- reading arguments ----------------------------------------------------------


def number(value: Value | None) -> float | None:
    """A known Python number."""
    found = plain(value)
    return float(found) if type(found) in (int, float) else None


def integer(value: Value | None) -> int | None:
    """A known Python integer."""
    found = number(value)
    return int(found) if found is not None and found.is_integer() else None


def size(argument: tuple[ast.expr, Value] | None) -> Size:
    """A length that an argument gives."""
    if argument is None:
        return None
    found = integer(argument[1])
    return found if found is None or isinstance(argument[0], ast.Constant) else Borrowed(found)


def sizes(value: Value | None, node: ast.expr | None = None) -> tuple[Size, ...] | None:
    """The lengths in a tuple or list of numbers; None for anything else."""
    if isinstance(value, Sequence) and not value.many:
        spelt = node.elts if isinstance(node, (ast.Tuple, ast.List)) else []
        literal = len(spelt) == len(value.items)
        return tuple(
            integer(item) if literal and isinstance(spelt[at], ast.Constant) else _borrowed(item)
            for at, item in enumerate(value.items)
        )
    return None


def _borrowed(value: Value) -> Size:
    found = integer(value)
    return None if found is None else Borrowed(found)


def positive(found: tuple[Size, ...]) -> tuple[Size, ...]:
    """Lengths without the -1 that stands for what is left."""
    return tuple(None if one is not None and one < 0 else one for one in found)
