"""A variable of integers that is meant to train.

## What it does

Flags a weight whose type is an integer or bool and that the loss depends on.
It stands at the line that creates it: `tf.Variable(0)` holds an integer, `tf.Variable(0.0)` a float.

## Why is this bad

There is no gradient with respect to an integer: the variable gets None and keeps its value.

## Example

```python
import tensorflow as tf

gain = tf.Variable(1.0, name="gain")
offset = tf.Variable(0, name="offset")  # error: offset
x = tf.constant([1.0, 2.0, 3.0])
for _ in range(2):
    with tf.GradientTape() as tape:
        prediction = gain * x + tf.cast(offset, tf.float32)
        loss = tf.reduce_mean(tf.square(prediction - 5.0))
    gradients = tape.gradient(loss, [gain, offset])
    gain.assign_sub(0.1 * gradients[0])
```

```python
import tensorflow as tf


class Offset(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.offset = self.add_weight(  # error: offset
            name="offset",
            shape=[3],
            dtype="int32",
            initializer="zeros",
        )

    def call(self, x):
        return x + tf.cast(self.offset, x.dtype)
```

## Use instead

```python
import tensorflow as tf

gain = tf.Variable(1.0, name="gain")
offset = tf.Variable(0.0, name="offset")
x = tf.constant([1.0, 2.0, 3.0])
for _ in range(2):
    with tf.GradientTape() as tape:
        prediction = gain * x + offset
        loss = tf.reduce_mean(tf.square(prediction - 5.0))
    for variable, gradient in zip([gain, offset], tape.gradient(loss, [gain, offset])):
        variable.assign_sub(0.1 * gradient)
```

## Fix

With `--unsafe-fixes`, the weight is made of floating point numbers; that it is meant to train is a guess.

```python
import tensorflow as tf

gain = tf.Variable(1.0, name="gain")
offset = tf.Variable(0.0, name="offset")
x = tf.constant([1.0, 2.0, 3.0])
for _ in range(2):
    with tf.GradientTape() as tape:
        prediction = gain * x + tf.cast(offset, tf.float32)
        loss = tf.reduce_mean(tf.square(prediction - 5.0))
    gradients = tape.gradient(loss, [gain, offset])
    gain.assign_sub(0.1 * gradients[0])
```

```python
import tensorflow as tf


class Offset(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.offset = self.add_weight(
            name="offset",
            shape=[3],
            dtype="float32",
            initializer="zeros",
        )

    def call(self, x):
        return x + tf.cast(self.offset, x.dtype)
```

## Look-alikes

A counter is not meant to train.

```python
import tensorflow as tf

gain = tf.Variable(1.0, name="gain")
step = tf.Variable(0, trainable=False, name="step")
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.square(gain - 3.0)
    gain.assign_sub(0.1 * tape.gradient(loss, gain))
    step.assign_add(1)
```
"""

from __future__ import annotations

from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule

RULE = Rule(
    __name__,
    code="GC303",
    kind=Kind.INTEGER_WEIGHT,
    severity=Severity.ERROR,
    since="0.1",
    headline="{labels} {get} no gradient: an integer variable cannot have one",
    why=(
        "Gradients exist for floating point and complex variables only, and this one holds integers or bools."
    ),
    advice=(
        "Create it with a float dtype (an initial value of 1.0, not 1), or with trainable=False if it only "
        "counts."
    ),
)
