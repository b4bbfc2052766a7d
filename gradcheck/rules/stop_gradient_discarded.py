"""A call of `stop_gradient` whose result is thrown away.

## What it does

Flags `tf.stop_gradient(x)`, and its like, as a statement of its own.

## Why is this bad

`stop_gradient` stops nothing by itself: it returns a value that carries no gradient, and only what is
computed from that value is cut off.
Thrown away, it leaves everything as it was, and a weight that was to stay fixed is trained.

## Example

```python
import tensorflow as tf


class Positions(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.table = self.add_weight(name="table", shape=[3], initializer="ones")
        tf.stop_gradient(self.table)  # warning[flows]: table

    def call(self, x):
        return x + self.table
```

## Use instead

```python
import tensorflow as tf


class Positions(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.table = self.add_weight(name="table", shape=[3], initializer="ones", trainable=False)
        self.scale = self.add_weight(name="scale", shape=[3], initializer="ones")

    def call(self, x):
        return x * self.scale + self.table
```

## Look-alikes

A result that is used stops what is computed from it.

```python
import tensorflow as tf


class Straight(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.scale = self.add_weight(name="scale", shape=[3], initializer="ones")

    def call(self, x):
        y = x * self.scale
        return y + tf.stop_gradient(tf.round(y) - y)
```
"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts import Facts
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule

RULE = Rule(
    __name__,
    code="GC310",
    kind=Kind.STOP_DISCARDED,
    severity=Severity.WARNING,
    since="0.2",
    headline="{labels} {get} a gradient that was to be stopped: the result of `{code}` is thrown away",
    why="stop_gradient returns a value that carries no gradient; what it was given stays as it is.",
    advice=(
        "Use the result in place of the value; to keep a weight fixed, create it with `trainable=False`."
    ),
)


def check(facts: Facts) -> Iterator[Finding]:
    """Each such call, with what it was to stop."""
    return RULE.every(facts)
