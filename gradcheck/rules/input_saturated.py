"""A bounded operation whose input lies outside its range.

## What it does

Flags `clip_by_value`, `minimum`, `maximum` and their like around a weight that starts beyond the bound.

## Why is this bad

Outside the range the operation is flat.
The gradient is exactly zero, so the weight cannot come back: it stays outside for good.

## Example

```python
import tensorflow as tf


class Slope(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.slope = self.add_weight(name="slope", shape=[3], initializer="ones")

    def call(self, x):
        return x * tf.clip_by_value(self.slope, 0.0, 0.5)  # warning: slope
```

## Use instead

```python
import tensorflow as tf


class Slope(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.slope = self.add_weight(name="slope", shape=[3], initializer="zeros")

    def call(self, x):
        return x * 0.5 * tf.sigmoid(self.slope)
```

## Fix

With `--unsafe-fixes`, the clipping keeps its value and passes the gradient straight through.

```python
import tensorflow as tf


class Slope(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.slope = self.add_weight(name="slope", shape=[3], initializer="ones")

    def call(self, x):
        return x * (self.slope + tf.stop_gradient(tf.clip_by_value(self.slope, 0.0, 0.5) - self.slope))
```

## Look-alikes

At the bound itself, and inside it, the gradient passes.

```python
import tensorflow as tf


class Slope(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.slope = self.add_weight(name="slope", shape=[3], initializer="ones")

    def call(self, x):
        return x * tf.clip_by_value(self.slope, 0.0, 1.0)
```
"""

from __future__ import annotations

from gradcheck.report.accounts import CLOSED
from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule, Words

RULE = Rule(
    __name__,
    code="GC702",
    kind=Kind.SATURATED,
    severity=Severity.WARNING,
    since="0.1",
    headline="{labels} {get} a gradient of zero: `{code}` is saturated",
    why=(
        "Outside its range this operation is flat: a value beyond the bound gets a gradient of exactly zero, "
        "and nothing pulls it back."
    ),
    advice="Start inside the range, widen it, or use a smooth bound such as sigmoid, tanh or softplus.",
    variants=(
        (
            "smooth",
            Words(
                why=(
                    "Far from its middle its slope is smaller than a number can hold and rounds to zero: "
                    "what comes in is too large."
                ),
                advice=(
                    "Scale what comes in: bring the data to about 1, start with smaller weights, or put a "
                    "normalization in front."
                ),
            ),
        ),
        (
            CLOSED,
            Words(
                headline="{labels} {get} a gradient of zero: `{code}` leaves nothing between its bounds",
                why=(
                    "The lower bound is not below the upper one: whatever comes in, the result is one and "
                    "the same number."
                ),
                advice="Give the lower bound first, and an upper one that is above it.",
            ),
        ),
    ),
)
