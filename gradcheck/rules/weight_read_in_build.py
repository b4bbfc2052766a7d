"""A value computed from a weight before training starts.

## What it does

Flags an expression that reads a weight while the module is imported or the layer is constructed or built, when what it
computed (and not the weight itself) is what the loss depends on later.

## Why is this bad

`__init__()` and `build()` run once, and no `GradientTape` records them.
Indexing a weight, multiplying it or passing it through an operation reads it there and then: the result is a constant that holds the
initial value, so the weight gets no gradient and never trains.

## Example

```python
import tensorflow as tf
import tensorflow_probability as tfp


class Likelihood(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.mu = self.add_weight(name="mu", shape=[1])
        self.normal = tfp.distributions.Normal(self.mu[0], 1.0)  # error: mu

    def call(self, x):
        return self.normal.log_prob(x)
```

## Use instead

Read the weight in `call()`, where every step records it.

```python
import tensorflow as tf
import tensorflow_probability as tfp


class Likelihood(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.mu = self.add_weight(name="mu", shape=[1])

    def call(self, x):
        return tfp.distributions.Normal(self.mu[0], 1.0).log_prob(x)
```

A property reads best when several methods need the value.

```python
import tensorflow as tf


class Scale(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.raw = self.add_weight(name="raw", shape=[1])

    @property
    def scale(self):
        return tf.nn.softplus(self.raw)

    def call(self, x):
        return x * self.scale
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
    code="GC101",
    kind=Kind.CAPTURED,
    severity=Severity.ERROR,
    since="0.1",
    headline="{labels} {get} no gradient: `{code}` is evaluated once, in {where}",
    why="{where} runs once and no tape records it, so the result is a constant that holds the initial value.",
    advice="Evaluate `{code}` in call(), or in a property that call() reads.",
)


def check(facts: Facts) -> Iterator[Finding]:
    """Each expression that reads a weight once and for all."""
    return RULE.every(facts)
