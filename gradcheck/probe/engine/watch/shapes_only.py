"""A program followed by its shapes alone: everything it computes goes into a graph that nobody runs.

A tape in a graph still knows which variables a loss depends on, and no weight needs to exist for that: what a
model holds is declared, not filled. So a model too large for this machine can be asked all the same, except
for what its gradients amount to.
"""

from __future__ import annotations

import functools
import itertools
import types
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow.python.framework.func_graph import FuncGraph
from tensorflow.python.ops.resource_variable_ops import BaseResourceVariable, UninitializedVariable

from gradcheck.probe.engine.watch.judge import Measure
from gradcheck.probe.engine.watch.patches import Patches

NOTE = "only shapes were followed: whether a gradient that arrives is zero, NaN or infinite is not known"
_SMALL = 4096
"""Entries a variable may have and still be filled: counters, seeds, and what `build` looks at."""
_BATCHES = 4
_STEPS = 2
"""Steps of each `fit`: a layer that is built inside the first one may be cut off from the second on."""


@contextmanager
def followed() -> Iterator[None]:
    """Nothing inside is computed."""
    graph, patches = FuncGraph("shapes"), Patches()
    _stand_in(patches, graph)
    patches.wrap(tf.data.Dataset, "__iter__", _few)
    try:
        # Once for what is lifted out of the graph, and once for what is not.
        with tf.variable_creator_scope(_declared), graph.as_default(), tf.variable_creator_scope(_declared):
            yield
    finally:
        patches.undo()


def connected(gradient: Any) -> Measure:
    """Whether there is a gradient; a stand-in for how large it is."""
    return Measure(missing=True) if gradient is None else Measure(norm=1.0, peak=1.0)


def train(trainer: Any, name: str, given: Sequence[Any], named: Mapping[str, Any]) -> Any:
    """What `fit` comes down to: some steps on its first batch."""
    batch = _batch(*given, **named)
    for _ in range(_STEPS):
        trainer.train_step(batch)
    unknown: Any = defaultdict(lambda: [float("nan")])
    return (
        0.0 if name != "fit" else types.SimpleNamespace(history=unknown, epoch=[0], params={}, model=trainer)
    )


def _batch(
    x: Any = None, y: Any = None, batch_size: int | None = None, sample_weight: Any = None, **_: Any
) -> Any:
    if isinstance(x, tf.data.Dataset):
        return next(iter(x))
    if not _has_rows(x):
        return _tensors(x[0] if hasattr(x, "__getitem__") else next(iter(x)))
    parts = tuple(one for one in (x, y, sample_weight) if one is not None)
    return _tensors(tf.nest.map_structure(lambda one: one[: batch_size or 32], parts))


def _has_rows(data: Any) -> bool:
    return all(hasattr(one, "shape") and hasattr(one, "__getitem__") for one in tf.nest.flatten(data))


def _tensors(data: Any) -> Any:
    """The data as Keras hands it on: floats in its own precision."""

    def convert(one: Any) -> Any:
        found = tf.convert_to_tensor(one)
        return tf.cast(found, tf.keras.backend.floatx()) if found.dtype.is_floating else found

    return tf.nest.map_structure(convert, tuple(data) if isinstance(data, list) else data)


def _declared(create: Callable[..., Any], **named: Any) -> Any:
    """A variable without a value, unless it is small."""
    given = named.get("initial_value")
    value: Any = _scratch(given) if callable(given) else given
    value = value if tf.is_tensor(value) else np.asarray(value)
    shape, dtype = named.get("shape"), named.get("dtype") or value.dtype
    shape = tf.TensorShape(value.shape if shape is None else shape)
    symbolic = (
        not callable(given) and tf.is_tensor(given) and not isinstance(given, tf.__internal__.EagerTensor)
    )
    if not symbolic and (shape.num_elements() or _SMALL) <= _SMALL:
        return create(**named)
    with tf.init_scope():
        return UninitializedVariable(**{**named, "shape": shape, "dtype": dtype})


def _scratch(make: Callable[[], Any]) -> Any:
    """What an initializer would give."""
    with FuncGraph("initializer").as_default():
        return make()


def _few(original: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """In a graph, a dataset never comes to its end."""

    def batches(dataset: Any) -> Any:
        return original(dataset) if _repeats(dataset) else itertools.islice(original(dataset), _BATCHES)

    return batches


def _repeats(dataset: Any) -> bool:
    """Whether a dataset goes on for ever: `repeat()` without a count, however deep inside."""
    count = tf.get_static_value(getattr(dataset, "_count", None)) if "Repeat" in type(dataset).__name__ else 0
    return bool(count == -1) or any(map(_repeats, dataset._inputs()))


def _stand_in(patches: Patches, graph: Any) -> None:
    """Values that are read are zeros that take no room: a program may print its loss."""
    with graph.as_default():
        symbol = type(tf.constant(0.0))
    for kind in (symbol, BaseResourceVariable):
        patches.replace(kind, "numpy", _zeros)
        patches.replace(kind, "__array__", lambda one, dtype=None, copy=None: _zeros(one, dtype))
        for name, convert in (("__float__", float), ("__int__", int)):
            patches.replace(kind, name, functools.partialmethod(_converted, convert))
        patches.replace(kind, "__format__", lambda one, form: format(0.0, form) if form else str(one))


def _converted(one: Any, convert: Callable[[Any], Any]) -> Any:
    return convert(_zeros(one).reshape(-1)[0])


def _zeros(one: Any, dtype: Any = None) -> Any:
    kind = np.dtype(dtype or one.dtype.as_numpy_dtype)
    shape = one.shape.as_list() if one.shape.rank is not None else []
    return np.broadcast_to(np.zeros((), kind), [1 if size is None else size for size in shape])
