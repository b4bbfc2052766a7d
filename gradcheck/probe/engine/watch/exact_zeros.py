"""Derivatives that are zero, and that TensorFlow computes as rounding noise on some processors.

A softmax over one unit is 1 whatever goes in. Where a processor divides by multiplying with a reciprocal, it
is a little less, and its derivative some 1e-8: a gradient, as it seems, that trains nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from tensorflow.python.framework import ops, registry

from gradcheck.probe.engine.watch.patches import Patches


def without_noise(patches: Patches) -> None:
    """Let such a derivative be what it is: zero, or the NaN that came from behind it."""
    row, key = ops._gradient_registry._registry["Softmax"], registry._TYPE_TAG
    patches.later(partial(row.__setitem__, key, row[key]))
    row[key] = _softmax(row[key])


def _softmax(slope: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def gradient(operation: Any, outer: Any) -> Any:
        shape = operation.outputs[0].shape
        return outer - outer if shape.rank and shape[-1] == 1 else slope(operation, outer)

    return gradient
