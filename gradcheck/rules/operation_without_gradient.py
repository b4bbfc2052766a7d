"""An operation that has no gradient, on the only path of a weight.

## What it does

Flags `argmax`, `round`, `floor`, `one_hot`, comparisons, `//`, indices and their like when every path of a
weight goes through them.
One other path is enough to keep the rule silent.

## Why is this bad

These operations step from one value to the next, so TensorFlow gives them no derivative: what lies before
them gets None.
Keras warns about variables without a gradient, or raises when there are no others, and never says where the
path ends.

## Example

```python
import tensorflow as tf


class Gate(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.threshold = self.add_weight(name="threshold", shape=[3], initializer="zeros")

    def call(self, x):
        return tf.where(x > self.threshold, x, 0.0)  # error: threshold
```

## Use instead

A smooth counterpart:

```python
import tensorflow as tf


class Gate(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.threshold = self.add_weight(name="threshold", shape=[3], initializer="zeros")

    def call(self, x):
        return x * tf.sigmoid(10.0 * (x - self.threshold))
```

Or a straight-through estimator, which rounds on the way to the loss and not on the way back:

```python
import tensorflow as tf


class Quantise(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3], initializer="ones")

    def call(self, x):
        level = x * self.gain
        return level + tf.stop_gradient(tf.round(level) - level)
```

## Look-alikes

The values of a sort or a `top_k` have a gradient; only the indices have none.

```python
import tensorflow as tf


class Best(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3], initializer="ones")

    def call(self, x):
        best, _ = tf.math.top_k(x * self.gain, k=2)
        return best
```
"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts import Facts
from gradcheck.finding import Finding
from gradcheck.kinds import Kind, Severity
from gradcheck.rule import Rule

RULE = Rule(
    __name__,
    code="GC301",
    kind=Kind.NO_GRADIENT,
    severity=Severity.ERROR,
    since="0.1",
    headline="{labels} {get} no gradient: `{code}` has no derivative",
    why="The values pass through this operation, the gradient does not: TensorFlow returns None for it.",
    advice=(
        "Use a smooth counterpart (softmax for argmax and one_hot, sigmoid for a comparison), or pass the "
        "gradient straight through: `x + tf.stop_gradient(f(x) - x)`."
    ),
)


def check(facts: Facts) -> Iterator[Finding]:
    """Each operation that TensorFlow cannot differentiate, on the only path of a weight."""
    return RULE.every(facts)
