"""An operation that is flat where it is used.

## What it does

Flags an operation whose gradient is zero on the only path of a weight: a sign or step function anywhere, and,
seen at run time, a relu that is given nothing above zero.

## Why is this bad

A gradient arrives and it is exactly zero, so nothing moves and nothing warns.

## Example

```python
import tensorflow as tf


class Binary(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3], initializer="ones")

    def call(self, x):
        return x * tf.sign(self.gain)  # warning: gain
```

A relu below zero is as flat.

```python
import tensorflow as tf


class Positive(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.level = self.add_weight(
            name="level", shape=[3], initializer=tf.keras.initializers.Constant(-2.0)
        )

    def call(self, x):
        return x * tf.nn.relu(self.level)  # warning: level
```

Where the values depend on the data, only the probe can see it.

```python
import tensorflow as tf


class Positive(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3], initializer="ones")

    def call(self, x):
        return tf.nn.relu(x * self.gain - 50.0)  # probe: gain
```

A sample that moves with its distribution keeps its probability.

```python
import tensorflow as tf
import tensorflow_probability as tfp

mean = tf.Variable(0.5, name="mean")
for _ in range(2):
    with tf.GradientTape() as tape:
        policy = tfp.distributions.Normal(mean, 1.0)
        action = policy.sample(16)
        reward = tf.stop_gradient(-tf.square(action - 2.0))
        loss = -tf.reduce_mean(policy.log_prob(action) * reward)  # warning: mean
    gradient = tape.gradient(loss, mean)
```

So is a relu behind a kernel of zeros.

```python
import tensorflow as tf

inputs = tf.keras.Input([3])
x = tf.keras.layers.Dense(4, "relu", kernel_initializer="zeros", name="hidden")(inputs)  # warning: hidden
joined = tf.keras.layers.Concatenate()([inputs, x])
model = tf.keras.Model(inputs, tf.keras.layers.Dense(1)(joined))
model.compile("sgd", "mse")
model.fit(tf.random.normal([8, 3]), tf.random.normal([8, 1]), verbose=0)
```

The second derivative of a network that bends with relu alone is zero.

```python
import tensorflow as tf

net = tf.keras.Sequential(
    [
        tf.keras.Input([1]),
        tf.keras.layers.Dense(8, activation="relu"),  # warning: strength
        tf.keras.layers.Dense(1),
    ]
)
strength = tf.Variable(0.5, name="strength")
x = tf.random.uniform([16, 1])
with tf.GradientTape() as tape:
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            u = net(x)
        slope = inner.gradient(u, x)
    bend = outer.gradient(slope, x, unconnected_gradients="zero")
    loss = tf.reduce_mean(tf.square(slope - strength * bend)) + tf.reduce_mean(tf.square(u))
gradients = tape.gradient(loss, [*net.trainable_variables, strength])
```

## Use instead

```python
import tensorflow as tf


class Binary(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3], initializer="ones")

    def call(self, x):
        return x * tf.tanh(self.gain)
```

## Fix

With `--unsafe-fixes`, a sign or a rounding keeps its value and passes the gradient straight through.

```python
import tensorflow as tf


class Binary(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3], initializer="ones")

    def call(self, x):
        return x * (self.gain + tf.stop_gradient(tf.sign(self.gain) - self.gain))
```

They stop the gradient of a sample whose own probability is computed.

```python
import tensorflow as tf
import tensorflow_probability as tfp

mean = tf.Variable(0.5, name="mean")
for _ in range(2):
    with tf.GradientTape() as tape:
        policy = tfp.distributions.Normal(mean, 1.0)
        action = policy.sample(16)
        reward = tf.stop_gradient(-tf.square(action - 2.0))
        loss = -tf.reduce_mean(policy.log_prob(tf.stop_gradient(action)) * reward)
    gradient = tape.gradient(loss, mean)
```

They leave the kernel's first values to Keras.

```python
import tensorflow as tf

inputs = tf.keras.Input([3])
x = tf.keras.layers.Dense(4, "relu", name="hidden")(inputs)
joined = tf.keras.layers.Concatenate()([inputs, x])
model = tf.keras.Model(inputs, tf.keras.layers.Dense(1)(joined))
model.compile("sgd", "mse")
model.fit(tf.random.normal([8, 3]), tf.random.normal([8, 1]), verbose=0)
```

They use an activation that has a slope, and a slope of that where one is taken.

```python
import tensorflow as tf


class Positive(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.level = self.add_weight(
            name="level", shape=[3], initializer=tf.keras.initializers.Constant(-2.0)
        )

    def call(self, x):
        return x * tf.nn.softplus(self.level)
```

```python
import tensorflow as tf

net = tf.keras.Sequential(
    [
        tf.keras.Input([1]),
        tf.keras.layers.Dense(8, activation="tanh"),
        tf.keras.layers.Dense(1),
    ]
)
strength = tf.Variable(0.5, name="strength")
x = tf.random.uniform([16, 1])
with tf.GradientTape() as tape:
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            u = net(x)
        slope = inner.gradient(u, x)
    bend = outer.gradient(slope, x, unconnected_gradients="zero")
    loss = tf.reduce_mean(tf.square(slope - strength * bend)) + tf.reduce_mean(tf.square(u))
gradients = tape.gradient(loss, [*net.trainable_variables, strength])
```

## Look-alikes

Half of a relu's inputs lie below zero, and that is what it is for.

```python
import tensorflow as tf


class Positive(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3], initializer="ones")

    def call(self, x):
        return tf.nn.relu(x * self.gain)
```
"""

from __future__ import annotations

from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule, Words

RULE = Rule(
    __name__,
    code="GC704",
    kind=Kind.ZERO_SLOPE,
    severity=Severity.WARNING,
    since="0.1",
    headline="{labels} {get} a gradient of zero: `{code}` is flat there",
    why=(
        "The operation has a gradient and it is zero at these values: a sign or step function everywhere, a "
        "relu below zero."
    ),
    advice=(
        "Use a function with a slope (tanh for sign, leaky_relu, softplus), or start where the slope is not "
        "zero."
    ),
    variants=(
        (
            "joined",
            Words(
                headline="{labels} {get} a gradient of zero: nothing comes back for that part of `{code}`",
                why=(
                    "Values are joined here, and what is computed of all of them does not depend on this "
                    "part: something further on leaves it out."
                ),
                advice="Follow it from here: look for masks, slices, and weights of zero.",
            ),
        ),
        (
            "straight",
            Words(
                headline=(
                    "{labels} {get} a gradient of zero: `{code}` leaves a second derivative nothing but zeros"
                ),
                why=(
                    "A network of relu or linear layers is linear piece by piece: its slope is the same all "
                    "over a piece, and the derivative of that is zero."
                ),
                advice="Give the network a smooth activation, such as tanh, softplus or swish.",
            ),
        ),
        (
            "second derivative",
            Words(
                headline="{labels} {get} a gradient of zero: `{code}` is the slope of a constant slope",
                why=(
                    "A network of relu or linear layers is linear piece by piece: its slope is the same all "
                    "over a piece, and the derivative of that is zero."
                ),
                advice="Give the network a smooth activation, such as tanh, softplus or swish.",
            ),
        ),
    ),
)
