"""A training loop that leaves out the losses its model collected.

## What it does

Flags a loop over a `GradientTape` that trains a model with `add_loss` or regularizers and never reads
`model.losses`.

## Why is this bad

`add_loss` and regularizers only collect terms.
`fit()` adds them to the loss; a loop of one's own has to do so itself, or the terms have no effect: a weight
that takes part in nothing else gets no gradient, and the others train without their penalty.

## Example

```python
import tensorflow as tf


class Prior(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3], initializer="ones")
        self.log_width = self.add_weight(name="log_width", shape=[3], initializer="ones")

    def call(self, x):
        penalty = tf.square(self.gain) * tf.exp(-self.log_width) + self.log_width
        self.add_loss(tf.reduce_sum(penalty))
        return x * self.gain


layer = Prior()
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 3])
layer(x)
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(layer(x) - y))  # error: log_width
    gradients = tape.gradient(loss, layer.trainable_variables)
```

## Use instead

```python
import tensorflow as tf


class Prior(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3], initializer="ones")
        self.log_width = self.add_weight(name="log_width", shape=[3], initializer="ones")

    def call(self, x):
        penalty = tf.square(self.gain) * tf.exp(-self.log_width) + self.log_width
        self.add_loss(tf.reduce_sum(penalty))
        return x * self.gain


layer = Prior()
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 3])
layer(x)
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(layer(x) - y)) + tf.add_n(layer.losses)
    gradients = tape.gradient(loss, layer.trainable_variables)
```

## Fix

`--unsafe-fixes` adds what was collected to the loss, which changes its value.

```python
import tensorflow as tf


class Prior(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3], initializer="ones")
        self.log_width = self.add_weight(name="log_width", shape=[3], initializer="ones")

    def call(self, x):
        penalty = tf.square(self.gain) * tf.exp(-self.log_width) + self.log_width
        self.add_loss(tf.reduce_sum(penalty))
        return x * self.gain


layer = Prior()
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 3])
layer(x)
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(layer(x) - y))
        loss += sum(layer.losses)
    gradients = tape.gradient(loss, layer.trainable_variables)
```
"""

from __future__ import annotations

from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule

RULE = Rule(
    __name__,
    code="GC505",
    kind=Kind.LOSSES_IGNORED,
    severity=Severity.WARNING,
    since="0.1",
    headline=(
        "{labels} {get} no gradient from added losses: the training loop leaves out what add_loss collected"
    ),
    why=(
        "add_loss and regularizers only collect terms in `losses`. fit() adds them to the loss; a loop of "
        "one's own has to do so itself."
    ),
    advice="Add `sum(model.losses)` to the loss, inside the tape.",
)
