"""What an operation does to the values of one step: zeros that it makes, a mean that it takes off, one entry
that it looks at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from gradcheck.probe.engine.explain.trace import Node

_CENTRING = frozenset({"Sub", "SquaredDifference", "FusedBatchNormV3", "FusedBatchNorm"})


def empty(tensor: Any) -> bool:
    """Whether every entry is zero, or false."""
    return not np.asarray(tensor._numpy()).any()


def zero(tensor: Any) -> bool:
    """Whether every entry is zero of what could have a gradient."""
    return bool(tensor.dtype.is_floating) and empty(tensor)


def holds(test: Callable[[Any], Any], tensors: Iterable[Any]) -> bool:
    """Whether a test of arrays is true of any entry."""
    return any(
        bool(test(np.asarray(one._numpy()).astype(np.float64)).any())
        for one in tensors
        if one.dtype.is_floating
    )


def not_finite(values: Any) -> Any:
    """Where an array holds no number."""
    return ~np.isfinite(values)


def cancels(node: Node) -> bool:
    """Whether an operation takes off everything that comes in."""
    made = [one for one in node.made[:1] if one.dtype.is_floating]
    given = [one for one in node.given[:2] if one.dtype.is_floating]
    centring = node.op in _CENTRING or (node.op == "AddV2" and _normalizes(node))
    return centring and bool(made) and zero(made[0]) and not any(map(zero, given))


def taking_back(node: Node) -> str:
    """How an operation takes off everything that comes in, if that is what it does."""
    return "" if not cancels(node) else "one value" if _normalizes(node) else "cancels"


def _normalizes(node: Node) -> bool:
    """Whether a layer runs here that takes off a mean, perhaps as the last term of a sum."""
    return node.layer is not None and "Normalization" in type(node.layer).__name__


def over_one_value(node: Node) -> bool:
    """Whether a softmax runs over one value only."""
    shape = node.given[0].shape if node.given else None
    return bool(shape is not None and shape.rank and shape[-1] == 1)


def single_entries(tensors: Sequence[Any]) -> int:
    """How many axes beside the first have a single entry."""
    return sum(size == 1 for one in tensors for size in one.shape[1:])
