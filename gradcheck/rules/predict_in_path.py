"""`predict()` where the model itself should be called.

## What it does

Flags `predict()` and `predict_on_batch()` between a model's weights and the loss.

## Why is this bad

`predict()` runs a loop of its own and returns NumPy arrays.
The numbers are those of the model, and no gradient leads back to it: Keras 3 returns None for every variable,
Keras 2 raises `LookupError`.

## Example

```python
import tensorflow as tf

generator = tf.keras.Sequential([tf.keras.layers.Dense(4, name="paint")])
optimizer = tf.keras.optimizers.SGD(0.1)
noise = tf.random.normal([8, 3])
generator(noise)

with tf.GradientTape() as tape:
    samples = generator.predict(noise, verbose=0)  # error: paint
    loss = -tf.reduce_mean(tf.tanh(samples))
gradients = tape.gradient(loss, generator.trainable_variables)
optimizer.apply_gradients(zip(gradients, generator.trainable_variables))
```

## Use instead

```python
import tensorflow as tf

generator = tf.keras.Sequential([tf.keras.layers.Dense(4, name="paint")])
optimizer = tf.keras.optimizers.SGD(0.1)
noise = tf.random.normal([8, 3])
generator(noise)

with tf.GradientTape() as tape:
    samples = generator(noise, training=True)
    loss = -tf.reduce_mean(tf.tanh(samples))
gradients = tape.gradient(loss, generator.trainable_variables)
optimizer.apply_gradients(zip(gradients, generator.trainable_variables))
```

## Fix

`--unsafe-fixes` calls the model itself, in training mode: dropout and batch normalization behave otherwise
than in `predict()`.

```python
import tensorflow as tf

generator = tf.keras.Sequential([tf.keras.layers.Dense(4, name="paint")])
optimizer = tf.keras.optimizers.SGD(0.1)
noise = tf.random.normal([8, 3])
generator(noise)

with tf.GradientTape() as tape:
    samples = generator(noise, training=True)
    loss = -tf.reduce_mean(tf.tanh(samples))
gradients = tape.gradient(loss, generator.trainable_variables)
optimizer.apply_gradients(zip(gradients, generator.trainable_variables))
```

## Look-alikes

A target is meant to be a constant.

```python
import tensorflow as tf

model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
optimizer = tf.keras.optimizers.SGD(0.1)
x, following = tf.random.normal([8, 3]), tf.random.normal([8, 3])
target = 1.0 + 0.9 * model.predict(following, verbose=0)
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(tf.square(model(x) - target))
gradients = tape.gradient(loss, model.trainable_variables)
optimizer.apply_gradients(zip(gradients, model.trainable_variables))
```
"""

from __future__ import annotations

from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule

RULE = Rule(
    __name__,
    code="GC204",
    kind=Kind.PREDICT,
    severity=Severity.ERROR,
    since="0.1",
    headline="{labels} {get} no gradient: `{code}` returns arrays",
    why="predict() runs a loop of its own and returns NumPy arrays, which no tape can follow.",
    advice="Call the model itself, as in `model(x, training=True)`, inside the tape.",
)
