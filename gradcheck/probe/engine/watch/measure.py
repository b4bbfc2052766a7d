"""Measures gradients: at once when they are values, from inside the user's graph when they are not.

A traced gradient is written into a small variable of ours by the graph itself, so that the program runs as it
always does (compiled, distributed, in a loop) and the numbers can be read after the step.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow.python.ops.resource_variable_ops import ResourceVariable

from gradcheck.probe.engine.watch.judge import Measure, Tally

_SMALL = 4096
"""Entries of a gradient that is looked at together with others of its shape, in a copy."""
_FIELDS = ("steps", "norm", "peak", "nan", "inf", "finite", "missing_since", "zero_since")


def measure(gradient: Any) -> Measure:
    """A gradient that is a value."""
    if gradient is None:
        return Measure(missing=True)
    entries = _entries(_values(gradient))
    if not entries.size:
        return Measure()
    size = np.abs(entries) if entries.dtype.kind == "c" else entries
    peak = max(float(size.max()), -float(size.min()))
    # Looked at twice, and never copied: a gradient may be large, and the step quick.
    if math.isfinite(peak) and math.isfinite(norm := float(np.linalg.norm(size))):
        return Measure(norm=max(norm, peak), peak=peak)
    return _odd(size)


def _odd(entries: Any) -> Measure:
    """A gradient with entries that are no numbers, or whose squares are too large for its type."""
    size = np.abs(entries.astype(np.float64))
    good = size[np.isfinite(size)]
    return Measure(
        norm=float(np.sqrt(np.sum(np.square(good)))),
        peak=float(good.max()) if good.size else 0.0,
        nan=bool(np.isnan(size).any()),
        inf=bool(np.isinf(size).any()),
    )


def _entries(tensor: Any) -> Any:
    entries = np.asarray(tensor.numpy() if tensor.dtype.size < 4 else tensor).ravel()
    return entries if entries.dtype.itemsize >= 4 else entries.astype(np.float32)


def total(target: Any) -> Any:
    """What a tape differentiates, as one number: the sum of everything it is given; None if that has no
    number.
    """
    try:
        parts = [tf.convert_to_tensor(one) for one in tf.nest.flatten(target)]
        real = [tf.math.real(one) if one.dtype.is_complex else one for one in parts]
        return tf.add_n([tf.reduce_sum(tf.cast(one, tf.float64)) for one in real])
    except (TypeError, ValueError):
        return None


class Cell:
    """The tallies of one traced gradient call, kept up to date by the graph it was traced into."""

    def __init__(self, gradients: Sequence[Any], target: Any, *, scaled: bool) -> None:
        self._missing = [gradient is None for gradient in gradients]
        with tf.init_scope(), tf.device("CPU:0"):
            start: Any = np.zeros((len(gradients), len(_FIELDS)), np.float64)
            self._rows = ResourceVariable(start, trainable=False, name="gradcheck_rows")
            self._count = ResourceVariable(np.zeros((), np.int64), trainable=False, name="gradcheck_count")
            self._first = ResourceVariable(np.zeros((), np.float64), trainable=False, name="gradcheck_first")
        self._has_total = (found := total(target)) is not None
        if self._has_total:
            self._first.assign(
                tf.where(tf.equal(self._count.read_value(), 0), found, self._first.read_value())
            )
        self._count.assign_add(1)
        if gradients:
            self._rows.assign(_added(self._rows.read_value(), _seen(gradients), scaled=scaled))

    @property
    def steps(self) -> int:
        """How many steps ran so far."""
        return int(_value(self._count))

    @property
    def loss(self) -> float | None:
        """What was differentiated in the first step that ran."""
        return float(_value(self._first)) if self._has_total and self.steps else None

    def read(self) -> list[Tally]:
        """The tallies so far; of a graph that never ran, only what its tracing showed."""
        if self.steps == 0:
            return [Tally(steps=1, missing_since=1) if missing else Tally() for missing in self._missing]
        rows = _value(self._rows)
        return [
            Tally(
                steps=int(steps),
                norm=float(norm),
                peak=float(peak),
                nan=bool(nan),
                inf=bool(inf),
                finite=int(finite),
                missing_since=int(missing),
                zero_since=int(zero),
            )
            for steps, norm, peak, nan, inf, finite, missing, zero in rows
        ]


def _value(variable: Any) -> Any:
    with tf.init_scope():  # Someone may ask while the next call is being traced.
        return np.asarray(variable.numpy())


def _values(gradient: Any) -> Any:
    return gradient.values if isinstance(gradient, tf.IndexedSlices) else gradient


def _seen(gradients: Sequence[Any]) -> list[Any]:
    """Norm, peak, NaN, Inf and missing of every gradient, a vector each.

    As few operations as can be: a model may have hundreds of weights, and each operation here is traced and
    compiled with the user's own. A sum of squares is NaN where any entry is, and only then.
    """
    present = [None if gradient is None else _real(_values(gradient)) for gradient in gradients]
    groups = _alike(present)
    parts = [_reduced([present[number] for number in numbers]) for numbers in groups]
    order = np.argsort([number for numbers in groups for number in numbers])
    rows = tf.stack([tf.concat(column, 0) for column in zip(*parts, strict=True)])
    squares, high, low = tf.unstack(tf.gather(rows, order, axis=1))
    # Of no entries at all, the largest is below the smallest.
    peak = tf.where(high < low, tf.zeros_like(high), tf.maximum(tf.abs(high), tf.abs(low)))
    nan, inf = tf.math.is_nan(squares), tf.math.is_inf(peak)
    zero = tf.zeros_like(peak)
    peak = tf.where(nan | inf, zero, peak)
    norm = tf.maximum(tf.where(tf.math.is_finite(squares), tf.sqrt(squares), zero), peak)
    missing = np.array([one is None for one in present], np.float64)
    return [norm, peak, tf.cast(nan, tf.float64), tf.cast(inf, tf.float64), missing]


def _real(values: Any) -> Any:
    """As numbers whose squares still have some precision."""
    if values.dtype.is_complex:
        return tf.abs(values)
    return values if values.dtype in (tf.float32, tf.float64) else tf.cast(values, tf.float32)


def _alike(present: Sequence[Any]) -> list[list[int]]:
    """The gradients that can be looked at together, by their numbers: small ones of one shape."""
    found: dict[object, list[int]] = {}
    for number, one in enumerate(present):
        size = 0 if one is None else one.shape.num_elements()
        small = size is not None and size <= _SMALL
        alike = (None if one is None else (tuple(one.shape), one.dtype)) if small else number
        found.setdefault(alike, []).append(number)
    return list(found.values())


def _reduced(group: Sequence[Any]) -> list[Any]:
    """The sums of squares, the largest and the smallest entries of gradients of one shape."""
    if group[0] is None or group[0].shape.num_elements() == 0:
        return [tf.zeros([len(group)], tf.float64)] * 3
    values = group[0][tf.newaxis] if len(group) == 1 else tf.stack(group)
    rank = values.shape.rank
    axes = tf.range(1, tf.rank(values)) if rank is None else tf.constant(np.arange(1, rank, dtype=np.int32))
    squares = [2.0 * tf.nn.l2_loss(values)] if len(group) == 1 else tf.reduce_sum(values * values, axes)
    extremes = [ask(input=values, axis=axes) for ask in (tf.raw_ops.Max, tf.raw_ops.Min)]
    return [tf.cast(one, tf.float64) for one in (squares, *extremes)]


def _added(rows: Any, seen: Sequence[Any], *, scaled: bool) -> Any:
    """`Tally.add` for every row at once.

    After a NaN nothing counts (`Tally.spoilt`): the weights themselves may be NaN by then. With a loss scale
    the optimizer skips such a step, so that the next one counts again.
    """
    norm, peak, nan, inf, missing = seen
    one = tf.ones_like(norm)
    finite = (one - missing) * tf.cast((nan + inf) < 0.5, tf.float64)
    zero = finite * tf.cast(tf.equal(peak, 0.0), tf.float64)
    steps, _, _, nans, infs, finites, missings, zeros = tf.unstack(rows, axis=1)
    updated = tf.stack(
        [
            steps + one,
            norm,
            peak,
            tf.maximum(nans, nan),
            tf.maximum(infs, inf),
            finites + finite,
            (missings + one) * missing,
            (zeros + one) * zero,
        ],
        axis=1,
    )
    spoilt = tf.reduce_sum(nans) + tf.reduce_sum(infs) > 0
    spread = (steps > 0.0) & tf.equal(steps, zeros) & (nan + inf > 0.0)
    return updated if scaled else tf.where(spoilt & ~spread[:, tf.newaxis], rows, updated)
