"""Measures gradients: at once when they are values, from inside the user's graph when they are not.

A traced gradient is written into a small variable of ours by the graph itself, so that the program runs as it
always does (compiled, distributed, in a loop) and the numbers can be read after the step.
"""

from __future__ import annotations

from collections.abc import Sequence
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
    entries = np.asarray(_values(gradient).numpy())
    if entries.dtype.kind != "c":
        entries = entries.astype(np.float64)
    size = np.abs(entries).ravel()
    good = size[np.isfinite(size)]
    return Measure(
        norm=float(np.sqrt(np.sum(np.square(good)))),
        peak=float(good.max()) if good.size else 0.0,
        nan=bool(np.isnan(size).any()),
        inf=bool(np.isinf(size).any()),
    )


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
            seen = [_row(gradient) for gradient in gradients]
            self._rows.assign(_added(self._rows.read_value(), seen, scaled=scaled))

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


def _row(gradient: Any) -> Any:
    """Norm, peak, NaN, Inf and missing of one gradient, as a tensor."""
    if gradient is None:
        return tf.constant([0.0, 0.0, 0.0, 0.0, 1.0], tf.float64)
    size = tf.cast(tf.abs(_values(gradient)), tf.float64)
    finite = tf.math.is_finite(size)
    good = tf.where(finite, size, tf.zeros_like(size))
    flags = [tf.reduce_any(tf.math.is_nan(size)), tf.reduce_any(tf.math.is_inf(size))]
    peak = tf.reduce_max(tf.concat([[tf.constant(0.0, tf.float64)], tf.reshape(good, [-1])], 0))
    return tf.stack(
        [tf.sqrt(tf.reduce_sum(good * good)), peak, *(tf.cast(flag, tf.float64) for flag in flags), 0.0]
    )


def _added(rows: Any, seen: Sequence[Any], *, scaled: bool) -> Any:
    """`Tally.add` for every row at once.

    After a NaN nothing counts: the weights themselves may be NaN by then. With a loss scale the optimizer
    skips such a step, so that the next one counts again.
    """
    norm, peak, nan, inf, missing = tf.unstack(tf.stack(seen), axis=1)
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
