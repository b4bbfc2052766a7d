"""A copy of a tensor in place of the tensor.

## What it does

Flags `tf.Variable(tensor)`, and `tf.constant(variable)`, when the copy is all that leads to the loss.

## Why is this bad

The copy holds the value and nothing else: a gradient stops at the new variable and never reaches what it was
made of.
`tf.constant` of a tensor gives back that tensor when run eagerly; of a variable it copies the value.

## Example

```python
import tensorflow as tf

painter = tf.keras.layers.Dense(6, name="painter")
optimizer = tf.keras.optimizers.SGD(0.1)
noise = tf.random.normal([4, 3])
painter(noise)
for _ in range(2):
    with tf.GradientTape() as tape:
        canvas = tf.Variable(painter(noise), trainable=False)  # error: painter
        loss = tf.reduce_mean(tf.square(canvas - 1.0))
    gradients = tape.gradient(loss, painter.trainable_variables)
    optimizer.apply_gradients(zip(gradients, painter.trainable_variables))
```

## Use instead

```python
import tensorflow as tf

painter = tf.keras.layers.Dense(6, name="painter")
optimizer = tf.keras.optimizers.SGD(0.1)
noise = tf.random.normal([4, 3])
painter(noise)
for _ in range(2):
    with tf.GradientTape() as tape:
        canvas = tf.identity(painter(noise))
        loss = tf.reduce_mean(tf.square(canvas - 1.0))
    gradients = tape.gradient(loss, painter.trainable_variables)
    optimizer.apply_gradients(zip(gradients, painter.trainable_variables))
```

## Fix

With `--unsafe-fixes`, the tensor itself is used, as long as nothing needs a variable in its place.

```python
import tensorflow as tf

painter = tf.keras.layers.Dense(6, name="painter")
optimizer = tf.keras.optimizers.SGD(0.1)
noise = tf.random.normal([4, 3])
painter(noise)
for _ in range(2):
    with tf.GradientTape() as tape:
        canvas = painter(noise)
        loss = tf.reduce_mean(tf.square(canvas - 1.0))
    gradients = tape.gradient(loss, painter.trainable_variables)
    optimizer.apply_gradients(zip(gradients, painter.trainable_variables))
```

## Look-alikes

`tf.convert_to_tensor` of a list of scalar tensors stacks them and keeps every path.

```python
import tensorflow as tf

angle = tf.Variable(0.3, name="angle")
for _ in range(2):
    with tf.GradientTape() as tape:
        point = tf.convert_to_tensor([tf.cos(angle), tf.sin(angle)])
        loss = tf.reduce_sum(tf.square(point - 1.0))
    angle.assign_sub(0.1 * tape.gradient(loss, angle))
```
"""

from __future__ import annotations

from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule

RULE = Rule(
    __name__,
    code="GC206",
    kind=Kind.REWRAPPED,
    severity=Severity.ERROR,
    since="0.1",
    headline="{labels} {get} no gradient: `{code}` copies the value",
    why=(
        "A new tf.Variable, or a tf.constant of a variable, holds a copy of the value; nothing leads from "
        "the copy back to what it was made of."
    ),
    advice="Use the tensor as it is; tf.convert_to_tensor and tf.identity keep the path.",
)
