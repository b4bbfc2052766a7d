"""A Python function called from TensorFlow on the way to the loss.

## What it does

Flags `tf.numpy_function` and `tf.py_function` when every path of a weight goes through them.

## Why is this bad

Both hand their arguments to Python code.
What `tf.numpy_function` computes sends no gradient back at all.
`tf.py_function` differentiates the TensorFlow operations of its body, and a body of NumPy sends back a lone
zero.

## Example

```python
import numpy as np
import tensorflow as tf


def decay(rate):
    return np.exp(-rate).astype("float32")


class Decay(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.rate = self.add_weight(name="rate", shape=[3], initializer="ones")

    def call(self, x):
        return x * tf.numpy_function(decay, [self.rate], tf.float32)  # error: rate
```

## Use instead

```python
import tensorflow as tf


class Decay(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.rate = self.add_weight(name="rate", shape=[3], initializer="ones")

    def call(self, x):
        return x * tf.exp(-self.rate)
```

## Fix

With `--unsafe-fixes`, the function computes with TensorFlow's functions, and `tf.py_function` calls it, which
passes their gradient on.

```python
import numpy as np
import tensorflow as tf


def decay(rate):
    return tf.exp(-rate)


class Decay(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.rate = self.add_weight(name="rate", shape=[3], initializer="ones")

    def call(self, x):
        return x * tf.py_function(decay, [self.rate], tf.float32)
```

## Look-alikes

A body of TensorFlow operations has a gradient.

```python
import tensorflow as tf

rate = tf.Variable(1.0, name="rate")
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.py_function(lambda value: tf.exp(-value), [rate], tf.float32)
    rate.assign_sub(0.1 * tape.gradient(loss, rate))
```
"""

from __future__ import annotations

from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule

RULE = Rule(
    __name__,
    code="GC205",
    kind=Kind.HOST_FUNCTION,
    severity=Severity.ERROR,
    since="0.1",
    headline="{labels} {get} no gradient: `{code}` runs Python that no gradient passes",
    why=(
        "tf.numpy_function and tf.py_function hand the values to Python; what is computed there with NumPy "
        "sends no gradient back (None, or zero)."
    ),
    advice=(
        "Write the body with TensorFlow operations, or give it a gradient of its own with tf.custom_gradient."
    ),
)
