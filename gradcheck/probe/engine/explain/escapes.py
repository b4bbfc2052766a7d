"""Sees values leave TensorFlow: `.numpy()`, `float(t)`, and NumPy functions called on a tensor."""

from __future__ import annotations

import ctypes
import functools
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow.python.eager import context
from tensorflow.python.framework import ops

from gradcheck.probe.engine.watch.patches import Patches

_EXITS = {
    "numpy": "numpy",
    "__float__": "float",
    "__int__": "int",
    "__bool__": "bool",
    "__index__": "int",
}
_BUFFER_SLOT = 160  # Offset of `tp_as_buffer` in a type object of 64-bit CPython.


def install(
    patches: Patches,
    escaped: Callable[[Any, str], None],
    silent: Callable[[], AbstractContextManager[None]],
    deaf: Callable[[], bool],
) -> None:
    """Report every exit to `escaped`."""
    base = ops._EagerTensorBase

    def exit_of(how: str) -> Callable[[Any], Any]:
        def around(original: Any) -> Any:
            @functools.wraps(original)
            def leave(tensor: Any, *args: Any, **named: Any) -> Any:
                if not deaf():
                    escaped(tensor, how)
                with silent():
                    return original(tensor, *args, **named)

            return leave

        return around

    for name, how in _EXITS.items():
        patches.wrap(base, name, exit_of(how))

    def array(tensor: Any, dtype: Any = None, copy: Any = None) -> Any:
        if not deaf():
            escaped(tensor, "array")
        found = np.asarray(tensor._numpy())
        return found.copy() if dtype is None else found.astype(dtype)

    patches.replace(base, "__array__", array)
    if context.context()._initialized:
        _without_buffer(patches)
    else:  # To make a tensor now would fix the devices before the program can choose them.
        patches.wrap(context.Context, "ensure_initialized", lambda original: _once_ready(patches, original))


def _once_ready(patches: Patches, original: Any) -> Any:
    ready = False

    def ensure_initialized(one: Any) -> None:
        nonlocal ready
        original(one)
        if not ready:
            ready = True
            _without_buffer(patches)

    return ensure_initialized


def _without_buffer(patches: Patches) -> None:
    """NumPy reads tensors through the buffer protocol, past every method; without it, it asks `__array__`.

    Where this cannot be done, a NumPy exit is still seen as a value that goes nowhere.
    """
    if sys.implementation.name != "cpython" or sys.maxsize < 2**32:
        return
    table = ctypes.cast(id(ops.EagerTensor) + _BUFFER_SLOT, ctypes.POINTER(ctypes.c_void_p))[0]
    if not table:
        return
    slot = ctypes.cast(table, ctypes.POINTER(ctypes.c_void_p))
    held = slot[0]
    slot[0] = None
    patches.later(functools.partial(_restore, slot, held))
    try:
        memoryview(tf.constant(0.0))
    except TypeError:
        return
    _restore(slot, held)


def _restore(slot: Any, held: Any) -> None:
    slot[0] = held
