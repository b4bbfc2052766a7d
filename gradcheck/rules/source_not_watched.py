"""A gradient with respect to something the tape does not watch.

## What it does

Flags a source of `tape.gradient` that is a tensor, or a variable with `trainable=False`, when `tape.watch`
was not called on it, or after the only use that leads to the target.

## Why is this bad

A tape watches trainable variables by itself and nothing else.
The gradient of anything else is None.
The call to `tape.watch` has to come before the first use: the tape does not look back.

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

`--fix` has the tape watch the tensor before it is used.

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
from gradcheck.rule import Rule

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
)
