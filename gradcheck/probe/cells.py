"""Measures gradients: at once when they are values, from inside the user's graph when they are not.

A traced gradient is written into a small variable of ours by the graph itself, so that the program runs as it
always does (compiled, distributed, in a loop) and the numbers can be read after the step.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow.python.ops.resource_variable_ops import ResourceVariable

from gradcheck.probe.judge import Measure, Tally

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

    Three reductions a gradient and nothing else: a model may have hundreds, and each operation here is traced
    and compiled with the user's own. A sum of squares is NaN where any entry is; only then it matters what
    the largest is.
    """
    present = [None if gradient is None else _real(_values(gradient)) for gradient in gradients]
    kinds = {one.dtype for one in present if one is not None}
    kind = kinds.pop() if len(kinds) == 1 else tf.float64
    ranks = {one.shape.rank for one in present if one is not None} - {None}
    axes = {rank: tf.constant(np.arange(rank, dtype=np.int32)) for rank in ranks}
    rows = [_reduced(one, kind, axes) for one in present]
    squares, high, low = (tf.cast(tf.stack(column), tf.float64) for column in zip(*rows, strict=True))
    # Of no entries at all, the largest is below the smallest.
    peak = tf.where(high < low, tf.zeros_like(high), tf.maximum(tf.abs(high), tf.abs(low)))
    nan, inf = tf.math.is_nan(squares), tf.math.is_inf(peak)
    zero = tf.zeros_like(peak)
    peak = tf.where(nan | inf, zero, peak)
    norm = tf.maximum(tf.where(tf.math.is_finite(squares), tf.sqrt(2.0 * squares), zero), peak)
    missing = np.array([one is None for one in present], np.float64)
    return [norm, peak, tf.cast(nan, tf.float64), tf.cast(inf, tf.float64), missing]


def _real(values: Any) -> Any:
    """As numbers whose squares still have some precision."""
    if values.dtype.is_complex:
        return tf.abs(values)
    return values if values.dtype in (tf.float32, tf.float64) else tf.cast(values, tf.float32)


def _reduced(values: Any, kind: Any, axes: Mapping[int, Any]) -> list[Any]:
    """Half the sum of squares, the largest and the smallest entry."""
    if values is None or values.shape.num_elements() == 0:
        return [tf.zeros([], kind)] * 3
    every = tf.range(tf.rank(values)) if values.shape.rank is None else axes[values.shape.rank]
    extremes = [ask(input=values, axis=every) for ask in (tf.raw_ops.Max, tf.raw_ops.Min)]
    return [one if one.dtype == kind else tf.cast(one, kind) for one in (tf.nn.l2_loss(values), *extremes)]


def _added(rows: Any, seen: Sequence[Any], *, scaled: bool) -> Any:
    """`Tally.add` for every row at once.

    After a NaN nothing counts: the weights themselves may be NaN by then. With a loss scale the optimizer
    skips such a step, so that the next one counts again.
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
    return updated if scaled else tf.where(spoilt, rows, updated)
