"""A cast to an integer or a bool, on the only path of a weight.

## What it does

Flags `tf.cast`, `ops.cast` and `astype` to an integer or bool type when every path of a weight goes through
them.

## Why is this bad

Integers and bools carry no gradient, and a cast back to a float does not bring it back.

## Example

```python
import tensorflow as tf


class Quantise(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3], initializer="ones")

    def call(self, x):
        level = tf.cast(x * self.gain * 8.0, tf.int32)  # error: gain
        return tf.cast(level, tf.float32) / 8.0
```

## Use instead

```python
import tensorflow as tf


class Quantise(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3], initializer="ones")

    def call(self, x):
        level = x * self.gain
        rounded = tf.cast(tf.cast(level * 8.0, tf.int32), tf.float32) / 8.0
        return level + tf.stop_gradient(rounded - level)
```

## Fix

With `--unsafe-fixes`, a cast to an integer type and back keeps its value and passes the gradient straight
through.

```python
import tensorflow as tf


class Quantise(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3], initializer="ones")

    def call(self, x):
        soft = x * self.gain * 8.0
        level = tf.cast(soft, tf.int32)
        return (soft + tf.stop_gradient(tf.cast(level, tf.float32) - soft)) / 8.0
```

## Look-alikes

A cast to another float type keeps the gradient, and so does a cast of something no weight is in.

```python
import tensorflow as tf


class Weighted(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3], initializer="ones")

    def call(self, x):
        positive = tf.cast(x > 0.0, tf.int32)
        exact = tf.cast(self.gain, tf.float64) * tf.cast(positive, tf.float64)
        return tf.cast(exact, tf.float32) + x * self.gain
```
"""

from __future__ import annotations

from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule

RULE = Rule(
    __name__,
    code="GC302",
    kind=Kind.INTEGER_CAST,
    severity=Severity.ERROR,
    since="0.1",
    headline="{labels} {get} no gradient: `{code}` turns floats into integers or bools",
    why="Integers and bools carry no gradient, and casting back to a float does not bring it back.",
    advice="Keep a float on the path; use the integer copy for indexing and reporting only.",
)
