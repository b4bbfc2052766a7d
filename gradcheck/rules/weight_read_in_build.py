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

The default of a parameter is evaluated once as well, when the function is defined, and so is a global.

```python
import tensorflow as tf

log_rate = tf.Variable(0.5, name="log_rate")


def loss_of(waits, rate=tf.exp(log_rate)):  # error: log_rate
    return tf.reduce_mean(rate * waits - tf.math.log(rate))


optimizer = tf.keras.optimizers.SGD(0.1)
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = loss_of(tf.constant([1.0, 2.0, 4.0]))
    gradient = tape.gradient(loss, log_rate)
    if gradient is not None:
        optimizer.apply_gradients([(gradient, log_rate)])
```

```python
import tensorflow as tf

log_rate = tf.Variable(0.5, name="log_rate")
rate = tf.exp(log_rate)  # error: log_rate


def loss_of(waits):
    return tf.reduce_mean(rate * waits - tf.math.log(rate))


optimizer = tf.keras.optimizers.SGD(0.1)
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = loss_of(tf.constant([1.0, 2.0, 4.0]))
    gradient = tape.gradient(loss, log_rate)
    if gradient is not None:
        optimizer.apply_gradients([(gradient, log_rate)])
```

A cache that the first call fills keeps what that call computed; later ones reach no weight.

```python
from functools import cached_property

import tensorflow as tf


class Scale(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.raw = self.add_weight(name="raw", shape=[1])

    @cached_property
    def scale(self):
        return tf.nn.softplus(self.raw)  # error: raw

    def call(self, x):
        return x * self.scale
```

So does a kernel that is put into another layer while this one is built.

```python
import tensorflow as tf


class Inner(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.kernel = self.add_weight(name="kernel", shape=[input_shape[-1], 2], trainable=False)

    def call(self, x):
        return x @ self.kernel


class Normalised(tf.keras.layers.Layer):
    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def build(self, input_shape):
        self.layer.build(input_shape)
        self.direction = self.layer.kernel
        self.length = self.add_weight(name="length", shape=[2], initializer="ones")
        self.layer.kernel = self.length * tf.nn.l2_normalize(self.direction, axis=0)  # error: length

    def call(self, x):
        return self.layer(x)


model = tf.keras.Sequential([Normalised(Inner()), tf.keras.layers.Dense(1)])
optimizer = tf.keras.optimizers.SGD(0.1)
model(tf.ones([4, 3]))
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model(tf.ones([4, 3])) - 1.0))
    gradients = tape.gradient(loss, model.trainable_variables)
    pairs = zip(gradients, model.trainable_variables)
    optimizer.apply_gradients([pair for pair in pairs if pair[0] is not None])
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

## Fix

`--fix` makes a property of the attribute, under the same name. Locals that it needs go with it, and a weight
that only a local held becomes an attribute.

```python
import tensorflow as tf
import tensorflow_probability as tfp


class Likelihood(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.mu = self.add_weight(name="mu", shape=[1])

    @property
    def normal(self):
        return tfp.distributions.Normal(self.mu[0], 1.0)

    def call(self, x):
        return self.normal.log_prob(x)
```

A helper that computes it stays.

```python
import tensorflow as tf


class Basis(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.raw = self.add_weight(name="raw", shape=[4], initializer="ones")

    @property
    def widths(self):
        return self.positive(self.raw)

    def positive(self, raw):
        return [tf.nn.softplus(width) for width in tf.unstack(raw)]

    def call(self, x):
        return tf.add_n([x * width for width in self.widths])
```

A default is evaluated in the function, where no argument is given.

```python
import tensorflow as tf

log_rate = tf.Variable(0.5, name="log_rate")


def loss_of(waits, rate=None):
    if rate is None:
        rate = tf.exp(log_rate)
    return tf.reduce_mean(rate * waits - tf.math.log(rate))


optimizer = tf.keras.optimizers.SGD(0.1)
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = loss_of(tf.constant([1.0, 2.0, 4.0]))
    gradient = tape.gradient(loss, log_rate)
    if gradient is not None:
        optimizer.apply_gradients([(gradient, log_rate)])
```

A global, or a local that a nested function uses, is computed in the function, lambda or tape that uses it.

```python
import tensorflow as tf

log_rate = tf.Variable(0.5, name="log_rate")


def loss_of(waits):
    rate = tf.exp(log_rate)
    return tf.reduce_mean(rate * waits - tf.math.log(rate))


optimizer = tf.keras.optimizers.SGD(0.1)
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = loss_of(tf.constant([1.0, 2.0, 4.0]))
    gradient = tape.gradient(loss, log_rate)
    if gradient is not None:
        optimizer.apply_gradients([(gradient, log_rate)])
```

A cache goes.

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

What is put into another layer is computed at the start of `call()`.

```python
import tensorflow as tf


class Inner(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.kernel = self.add_weight(name="kernel", shape=[input_shape[-1], 2], trainable=False)

    def call(self, x):
        return x @ self.kernel


class Normalised(tf.keras.layers.Layer):
    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def build(self, input_shape):
        self.layer.build(input_shape)
        self.direction = self.layer.kernel
        self.length = self.add_weight(name="length", shape=[2], initializer="ones")

    def call(self, x):
        self.layer.kernel = self.length * tf.nn.l2_normalize(self.direction, axis=0)
        return self.layer(x)


model = tf.keras.Sequential([Normalised(Inner()), tf.keras.layers.Dense(1)])
optimizer = tf.keras.optimizers.SGD(0.1)
model(tf.ones([4, 3]))
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model(tf.ones([4, 3])) - 1.0))
    gradients = tape.gradient(loss, model.trainable_variables)
    pairs = zip(gradients, model.trainable_variables)
    optimizer.apply_gradients([pair for pair in pairs if pair[0] is not None])
```

## Look-alikes

Keeping the weight itself under another name, or in a list, reads nothing.

```python
import tensorflow as tf


class Mixture(tf.keras.layers.Layer):
    def build(self, input_shape):
        names = ("first", "second")
        self.scales = [self.add_weight(name=name, shape=[1]) for name in names]
        self.last = self.scales[1]

    def call(self, x):
        return x * self.scales[0] + self.last
```
"""

from __future__ import annotations

from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule

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
)
