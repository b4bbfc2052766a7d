"""A distribution or bijector that turns a weight into a constant under Keras 3.

## What it does

Flags a weight that is handed over as it is, without an index or an operation, to an object of TensorFlow
Probability that is made while the layer is constructed or built.

## Why is this bad

TensorFlow Probability keeps a `tf.Variable` by reference and reads it each time the object is used.
Under Keras 2 a weight is a `tf.Variable`, and all is well.
Under Keras 3 it is a `keras.Variable`, which is not a `tf.Variable`: TensorFlow Probability converts it when
the object is made, and from then on the object holds a constant with the initial value.
The usual advice, not to index the weight in `build()`, is half the truth.

## Example

```python
import tensorflow as tf
import tensorflow_probability as tfp


class Likelihood(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.mu = self.add_weight(name="mu", shape=[3], initializer="zeros")
        self.sigma = self.add_weight(name="sigma", shape=[3], initializer="ones")
        self.normal = tfp.distributions.Normal(self.mu, self.sigma)  # error[keras3]: mu, sigma

    def call(self, x):
        return self.normal.log_prob(x)
```

## Use instead

Make the object where it is used.

```python
import tensorflow as tf
import tensorflow_probability as tfp


class Likelihood(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.mu = self.add_weight(name="mu", shape=[3], initializer="zeros")
        self.sigma = self.add_weight(name="sigma", shape=[3], initializer="ones")

    def call(self, x):
        return tfp.distributions.Normal(self.mu, self.sigma).log_prob(x)
```

Where it has to be made once, hand over the `tf.Variable` that a `keras.Variable` keeps in `value`.

```python
import keras
import tensorflow_probability as tfp


class Likelihood(keras.layers.Layer):
    def build(self, input_shape):
        self.mu = self.add_weight(name="mu", shape=[3], initializer="zeros")
        self.normal = tfp.distributions.Normal(self.mu.value, 1.0)

    def call(self, x):
        return self.normal.log_prob(x)
```

## Fix

`--fix` makes a property of the attribute: the object is made anew at every use.

```python
import tensorflow as tf
import tensorflow_probability as tfp


class Likelihood(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.mu = self.add_weight(name="mu", shape=[3], initializer="zeros")
        self.sigma = self.add_weight(name="sigma", shape=[3], initializer="ones")

    @property
    def normal(self):
        return tfp.distributions.Normal(self.mu, self.sigma)

    def call(self, x):
        return self.normal.log_prob(x)
```

## Look-alikes

A bare `tf.Variable` is kept by reference under both Kerases.

```python
import tensorflow as tf
import tensorflow_probability as tfp

loc = tf.Variable(0.5, name="loc")
posterior = tfp.distributions.Normal(loc, 1.0)
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = -posterior.log_prob(2.0)
    loc.assign_sub(0.1 * tape.gradient(loss, loc))
```
"""

from __future__ import annotations

from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule

RULE = Rule(
    __name__,
    code="GC102",
    kind=Kind.CAPTURED_BY_OBJECT,
    severity=Severity.ERROR,
    since="0.1",
    headline="{labels} {get} no gradient under Keras 3: `{code}` is converted to a constant in {where}",
    why=(
        "TensorFlow Probability keeps a tf.Variable by reference and reads it at every use. Under Keras 2 a "
        "weight is one; under Keras 3 it is a keras.Variable, which is converted to a constant when the "
        "object is made."
    ),
    advice=(
        "Make the object in call() or in a property that call() reads, or hand over the weight's `.value`, "
        "the tf.Variable inside a keras.Variable."
    ),
)
