"""A value computed from a weight before training starts.

## What it does

Flags an expression that reads a weight while the module is imported or the layer is constructed or built,
when what it computed, and not the weight itself, is what the loss depends on later.
So it does what the first call computes and keeps: `if self.scale is None: self.scale = ...`, a cached
property, a function behind `lru_cache`.

## Why is this bad

The module, `__init__()` and `build()` run once, and no `GradientTape` records them.
Indexing a weight, multiplying it or passing it through an operation reads it there and then: the result is a
constant that holds the initial value, so the weight gets no gradient and never trains.
Under Keras 3 a layer that is built inside `tf.function` raises "out of scope" instead: it is the same fault.

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

A helper method that `build()` calls runs once as well, and so does a comprehension.

```python
import tensorflow as tf


class Basis(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.raw = self.add_weight(name="raw", shape=[4], initializer="ones")
        self.widths = self.positive(self.raw)

    def positive(self, raw):
        return [tf.nn.softplus(width) for width in tf.unstack(raw)]  # error: raw

    def call(self, x):
        return tf.add_n([x * width for width in self.widths])
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

from gradcheck.report.finding import OF_NOTHING
from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule, Words

RULE = Rule(
    __name__,
    code="GC101",
    kind=Kind.CAPTURED,
    severity=Severity.ERROR,
    since="0.1",
    headline="{labels} {get} no gradient: `{code}` is evaluated once, in {where}",
    why=(
        "What runs in {where} runs once and no tape records it, so the result is a constant that holds the "
        "initial value."
    ),
    advice="Evaluate `{code}` in call(), or in a property that call() reads.",
    variants=(
        (
            OF_NOTHING,
            Words(
                advice=(
                    "Evaluate `{code}` in every step, inside the tape: in its block, or in a function that "
                    "runs there."
                )
            ),
        ),
        (
            "model",
            Words(
                headline="{labels} {get} no gradient: `{code}` runs once, while the model is built",
                why=(
                    "A functional model holds the layers that are called on its own tensors. On any other "
                    "tensor a layer runs at once, and the model gets the result as a constant."
                ),
                advice=(
                    "Call it in the call() of a layer of your own, or on a tensor that is made of the "
                    "model's input by layers."
                ),
            ),
        ),
        (
            "imported",
            Words(
                headline="{labels} {get} no gradient: `{code}` uses what {detail} makes of it once",
                why=(
                    "A module runs once, when it is imported, and no tape records it: what it computes is a "
                    "constant that holds the initial value."
                ),
                advice=(
                    "Let a function of that file compute it, and call the function in every step, inside the "
                    "tape."
                ),
            ),
        ),
        (
            "earlier",
            Words(
                headline="{labels} {get} no gradient: `{code}` is what an earlier step made of it",
                why=(
                    "A tape records what runs while it is open; what was kept from before is a constant to "
                    "it."
                ),
                advice="Evaluate `{code}` in every step, inside the tape.",
            ),
        ),
    ),
)
