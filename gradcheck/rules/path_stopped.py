"""A path that `stop_gradient` ends, when it is the only one.

## What it does

Flags `tf.stop_gradient` and its like when every path of a weight goes through one.
Targets, straight-through estimators and anything else that leaves the weight one live path are silent.

## Why is this bad

What is stopped does not learn from this loss.
With one path only, that is the whole of its learning: most often the wrong side of a pair was stopped.

## Example

```python
import tensorflow as tf

online = tf.keras.layers.Dense(4, name="online")
predictor = tf.keras.layers.Dense(4, name="predictor")
x = tf.random.normal([8, 3])
predictor(online(x))
for _ in range(2):
    with tf.GradientTape() as tape:
        z = online(x)
        p = tf.stop_gradient(predictor(z))  # error: predictor
        loss = tf.reduce_mean(tf.square(p - z))
    gradients = tape.gradient(loss, online.trainable_variables + predictor.trainable_variables)
```

A function that stops one of its arguments may be handed the other one there.

```python
import tensorflow as tf

online = tf.keras.layers.Dense(4)
predictor = tf.keras.layers.Dense(4, name="predictor")
x = tf.random.normal([8, 3])
predictor(online(x))


def distance(p, z):
    return tf.reduce_mean(tf.square(p - tf.stop_gradient(z)))


for _ in range(2):
    with tf.GradientTape() as tape:
        z1, z2 = online(x), online(x + 0.1)
        p1, p2 = predictor(z1), predictor(z2)
        loss = distance(z2, p1) + distance(z1, p2)  # error: predictor
    gradients = tape.gradient(loss, online.trainable_variables + predictor.trainable_variables)
```

A straight-through estimate hides what it estimates: no gradient of its distance reaches the codebook.

```python
import tensorflow as tf

codes = tf.Variable(tf.random.normal([4, 3]), name="codes")
encoder = tf.keras.layers.Dense(3, name="encoder")
x, chosen = tf.random.normal([8, 3]), tf.constant([0, 1, 2, 3, 3, 2, 1, 0])
encoder(x)
with tf.GradientTape() as tape:
    z = encoder(x)
    estimate = z + tf.stop_gradient(tf.gather(codes, chosen) - z)  # error: codes
    loss = tf.reduce_mean(tf.square(estimate - 1.0))
    loss += tf.reduce_mean(tf.square(estimate - tf.stop_gradient(z)))
gradients = tape.gradient(loss, [codes, *encoder.trainable_variables])
```

## Use instead

```python
import tensorflow as tf

online = tf.keras.layers.Dense(4, name="online")
predictor = tf.keras.layers.Dense(4, name="predictor")
x = tf.random.normal([8, 3])
predictor(online(x))
for _ in range(2):
    with tf.GradientTape() as tape:
        z = online(x)
        p = predictor(z)
        loss = tf.reduce_mean(tf.square(p - tf.stop_gradient(z)))
    gradients = tape.gradient(loss, online.trainable_variables + predictor.trainable_variables)
```

## Fix

`--unsafe-fixes` removes the stop, or leaves out `back_prop=False`. Whether another side has to be stopped
instead, it cannot know.

```python
import tensorflow as tf

online = tf.keras.layers.Dense(4, name="online")
predictor = tf.keras.layers.Dense(4, name="predictor")
x = tf.random.normal([8, 3])
predictor(online(x))
for _ in range(2):
    with tf.GradientTape() as tape:
        z = online(x)
        p = predictor(z)
        loss = tf.reduce_mean(tf.square(p - z))
    gradients = tape.gradient(loss, online.trainable_variables + predictor.trainable_variables)
```

Where a codebook learns from its straight-through estimate, it compares the entry itself.

```python
import tensorflow as tf

codes = tf.Variable(tf.random.normal([4, 3]), name="codes")
encoder = tf.keras.layers.Dense(3, name="encoder")
x, chosen = tf.random.normal([8, 3]), tf.constant([0, 1, 2, 3, 3, 2, 1, 0])
encoder(x)
with tf.GradientTape() as tape:
    z = encoder(x)
    entry = tf.gather(codes, chosen)
    estimate = z + tf.stop_gradient(entry - z)
    loss = tf.reduce_mean(tf.square(estimate - 1.0))
    loss += tf.reduce_mean(tf.square(entry - tf.stop_gradient(z)))
gradients = tape.gradient(loss, [codes, *encoder.trainable_variables])
```

Where a function stops one of its arguments and is handed the other one there, it exchanges them.

```python
import tensorflow as tf

online = tf.keras.layers.Dense(4)
predictor = tf.keras.layers.Dense(4, name="predictor")
x = tf.random.normal([8, 3])
predictor(online(x))


def distance(p, z):
    return tf.reduce_mean(tf.square(p - tf.stop_gradient(z)))


for _ in range(2):
    with tf.GradientTape() as tape:
        z1, z2 = online(x), online(x + 0.1)
        p1, p2 = predictor(z1), predictor(z2)
        loss = distance(p1, z2) + distance(p2, z1)
    gradients = tape.gradient(loss, online.trainable_variables + predictor.trainable_variables)
```

## Look-alikes

A straight-through estimator stops the correction, not the value.

```python
import keras
from keras import ops


class Round(keras.layers.Layer):
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3], initializer="ones")

    def call(self, x):
        level = x * self.gain
        return level + ops.stop_gradient(ops.round(level) - level)
```
"""

from __future__ import annotations

from gradcheck.base.exchanged_arguments import EXCHANGED
from gradcheck.base.straight_through import THROUGH
from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule, Words

RULE = Rule(
    __name__,
    code="GC304",
    kind=Kind.STOPPED,
    severity=Severity.ERROR,
    since="0.1",
    headline="{labels} {get} no gradient: `{code}` stops it",
    why=(
        "stop_gradient passes the value on and answers every gradient with None; no other path leads to the "
        "loss."
    ),
    advice=(
        "Stop only the side that is to stay fixed; if the weight is not meant to learn, create it with "
        "trainable=False."
    ),
    variants=(
        (
            EXCHANGED,
            Words(
                headline="{labels} {get} no gradient: `{code}` hands two values over in each other's place",
                why="The function stops one of its arguments on purpose, and is handed the other one there.",
                advice="Give each argument the place that has its name.",
            ),
        ),
        (
            THROUGH,
            Words(
                headline="{labels} {get} no gradient: nothing but `{code}` uses it, and that is stopped",
                why=(
                    "A straight-through estimator `x + stop_gradient(f(x) - x)` has the gradient of `x`. "
                    "What takes part in `f` alone, a step size or a codebook, gets none."
                ),
                advice=(
                    "Round alone straight through, `r = x / step; r + tf.stop_gradient(tf.round(r) - r)`, "
                    "and multiply by the step outside of it; let a codebook learn by a term of its own, "
                    "`tf.reduce_mean((tf.stop_gradient(x) - f(x)) ** 2)`."
                ),
            ),
        ),
        (
            "beside",
            Words(
                headline="{labels} {get} a gradient of zero: what uses that part goes through `{code}`",
                why=(
                    "Values are joined, and the loss has this part of them only behind the stop. What else "
                    "uses the joined values takes the other part, so that zeros come back for this one."
                ),
                advice=(
                    "Take them apart first, stop the part that is to stay fixed, and let this one go on as "
                    "it is."
                ),
            ),
        ),
        (
            "flag",
            Words(
                headline="{labels} {get} no gradient: `{code}` tells the call to take none",
                why=(
                    "With `back_prop=False` a compiled function stops all that the loop computes; eager code "
                    "does not listen to it."
                ),
                advice="Leave the flag out, and stop what is not to learn by itself.",
            ),
        ),
    ),
)
