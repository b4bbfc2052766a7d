"""Derivatives that are zero, and that TensorFlow computes as rounding noise on some processors.

A softmax over one unit is 1 whatever goes in. Where a processor divides by multiplying with a reciprocal, it
is a little less, and its derivative some 1e-8: a gradient, as it seems, that trains nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import tensorflow as tf
from tensorflow.python.framework import ops, registry

from gradcheck.probe.engine.watch.patches import Patches


def without_noise(patches: Patches) -> None:
    """Let such a derivative be what it is: zero, or the NaN that came from behind it."""
    row, key = ops._gradient_registry._registry["Softmax"], registry._TYPE_TAG
    patches.later(partial(row.__setitem__, key, row[key]))
    row[key] = _softmax(row[key])


def _softmax(slope: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def gradient(operation: Any, outer: Any) -> Any:
        units = outer.shape[-1] if outer.shape.rank else None
        if units is not None:
            return outer - outer if units == 1 else slope(operation, outer)
        return tf.where(tf.shape(outer)[-1] == 1, outer - outer, slope(operation, outer))

    return gradient
