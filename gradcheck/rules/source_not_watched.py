"""A gradient with respect to something the tape does not watch.

## What it does

Flags a source of `tape.gradient` that is a tensor, or a variable with `trainable=False`, when `tape.watch`
was not called on it, or after the only use that leads to the target.

## Why is this bad

A tape watches trainable variables by itself and nothing else.
The gradient of anything else is None.
The call to `tape.watch` has to come before the first use: the tape does not look back.
With `watch_accessed_variables=False` it watches nothing by itself, not even trainable variables.

## Example

```python
import tensorflow as tf


def roughness(image):
    return tf.reduce_sum(tf.square(image[:, 1:] - image[:, :-1]))


image = tf.random.normal([1, 4])
with tf.GradientTape() as tape:
    score = roughness(image)
direction = tape.gradient(score, image)  # warning: image
```

A tape that watches only what it is told to has to be told of every variable that is asked for.

```python
import tensorflow as tf

slope = tf.Variable(tf.ones([3, 1]), name="slope")
rate = tf.Variable(0.1, name="rate")
optimizer = tf.keras.optimizers.SGD(0.1)
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
for _ in range(2):
    with tf.GradientTape(watch_accessed_variables=False) as tape:  # error: rate
        tape.watch(slope)
        loss = tf.reduce_mean(tf.square(tf.matmul(x, slope) * tf.exp(rate) - y))
    gradients = tape.gradient(loss, [slope, rate])
    optimizer.apply_gradients((g, v) for g, v in zip(gradients, [slope, rate]) if g is not None)
```

## Use instead

```python
import tensorflow as tf


def roughness(image):
    return tf.reduce_sum(tf.square(image[:, 1:] - image[:, :-1]))


image = tf.random.normal([1, 4])
with tf.GradientTape() as tape:
    tape.watch(image)
    score = roughness(image)
direction = tape.gradient(score, image)
```

## Fix

`--fix` has the tape watch the tensor before it is used. `--unsafe-fixes` leaves out
`watch_accessed_variables=False`.

```python
import tensorflow as tf


def roughness(image):
    return tf.reduce_sum(tf.square(image[:, 1:] - image[:, :-1]))


image = tf.random.normal([1, 4])
with tf.GradientTape() as tape:
    tape.watch(image)
    score = roughness(image)
direction = tape.gradient(score, image)
```

```python
import tensorflow as tf

slope = tf.Variable(tf.ones([3, 1]), name="slope")
rate = tf.Variable(0.1, name="rate")
optimizer = tf.keras.optimizers.SGD(0.1)
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
for _ in range(2):
    with tf.GradientTape() as tape:
        tape.watch(slope)
        loss = tf.reduce_mean(tf.square(tf.matmul(x, slope) * tf.exp(rate) - y))
    gradients = tape.gradient(loss, [slope, rate])
    optimizer.apply_gradients((g, v) for g, v in zip(gradients, [slope, rate]) if g is not None)
```

## Look-alikes

What the block itself computes from a variable is on the tape already.

```python
import tensorflow as tf

gain = tf.Variable(2.0, name="gain")
with tf.GradientTape() as tape:
    hidden = tf.square(gain)
    loss = tf.exp(-hidden)
slopes = tape.gradient(loss, [gain, hidden])
```
"""

from __future__ import annotations

from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule, Words

RULE = Rule(
    __name__,
    code="GC403",
    kind=Kind.NOT_WATCHED,
    severity=Severity.WARNING,
    since="0.1",
    headline="{labels} {get} no gradient: the tape does not watch what `{code}` asks about",
    why=(
        "A tape watches trainable variables by itself. A tensor, or a variable that is not trainable, it "
        "watches from tape.watch() on."
    ),
    advice="Call tape.watch() on it inside the `with` block, before anything is computed from it.",
    variants=(
        (
            "apart",
            Words(
                headline="{labels} {get} no gradient: what `{code}` differentiates is not computed from it",
                why=(
                    "A tensor that was cut out of another one is a value of its own: what is computed "
                    "from the other one does not depend on it."
                ),
                advice=(
                    "Watch the parts, put them together inside the tape (`tf.concat([x, t], 1)`), and "
                    "compute the target from that."
                ),
            ),
        ),
        (
            "told",
            Words(
                headline="{labels} {get} no gradient: `{code}` watches only what it is told to",
                why="It was made with `watch_accessed_variables=False`, and nothing tells it of them.",
                advice="Watch them, too, before they are used, or leave out `watch_accessed_variables`.",
            ),
        ),
    ),
)
