"""The module's own arrays as inputs of a functional model: what it was made for is better than any guess."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_MOST = 64
"""Examples in a batch."""
_TARGETS = re.compile(r"(^|_)(y|ys|labels?|targets?|truth)(_|$|\d)", re.IGNORECASE)
_REST = re.compile(r"val|test|dev|eval|hold", re.IGNORECASE)


def examples(arrays: Mapping[str, Any], symbols: Sequence[Any]) -> Iterator[tuple[str, ...]]:
    """An expression for each symbolic input, of arrays that fit all of them; nothing where some input has
    none. Those for training come first, an array that is called like an input before others of its shape.
    """
    chosen: list[str] = []
    for symbol in symbols:
        fitting = [name for name, array in arrays.items() if _fits(array, symbol) and name not in chosen]
        if not fitting:
            return
        chosen.append(min(fitting, key=lambda name: _unlikely(name, symbol)))
    lengths = {int(arrays[name].shape[0]) for name in chosen}
    if chosen and len(lengths) == 1 and min(lengths) > 0:
        yield tuple(name if min(lengths) <= _MOST else f"{name}[:{_MOST}]" for name in chosen)


def _fits(array: Any, symbol: Any) -> bool:
    sizes, wanted = tuple(array.shape), tuple(symbol.shape)
    alike = all(
        size is None or int(size) == int(own) for own, size in zip(sizes[1:], wanted[1:], strict=False)
    )
    return len(sizes) == len(wanted) and alike and _number(array.dtype) == _number(symbol.dtype)


def _number(dtype: Any) -> str:
    """The kind of number; an input takes floats of any width."""
    import tensorflow as tf

    found = tf.as_dtype(dtype)
    return "float" if found.is_floating else "int" if found.is_integer else found.name


def _unlikely(name: str, symbol: Any) -> tuple[bool, bool, bool]:
    given = str(getattr(symbol, "name", "")).partition(":")[0].lower()
    return bool(_TARGETS.search(name)), given not in name.lower() if given else True, bool(_REST.search(name))
