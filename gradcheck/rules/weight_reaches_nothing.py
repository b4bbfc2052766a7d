"""A gradient asked for a weight of which nothing reaches the loss.

## What it does

Flags weights that a tape or `fit` asks for although no value that the loss was computed from comes from them.
It speaks where every such value is known and no other rule says why.

## Why is this bad

Their gradient is None: Keras warns, or raises when it is so for all of them, and they stay as they began.
Most often the loss was computed from another method of the model than the one meant, or a result is kept
where nobody reads it.

## Example

```python
import tensorflow as tf


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.body = tf.keras.layers.Dense(4)
        self.head = tf.keras.layers.Dense(1, name="head")

    def features(self, x):
        return self.body(x)

    def call(self, x):
        return self.head(self.features(x))  # warning: head


net = Net()
optimizer = tf.keras.optimizers.SGD(0.1)
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
net(x)
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(net.features(x) - y))
    gradients = tape.gradient(loss, net.trainable_variables)
    optimizer.apply_gradients(zip(gradients, net.trainable_variables))
```

What runs under a test of `training` takes no part where a step of one's own does not say that it trains.

```python
import tensorflow as tf


class Blend(tf.keras.layers.Layer):
    def build(self, shape):
        self.blank = self.add_weight(name="blank", shape=[shape[-1]], initializer="ones")

    def call(self, x, training=None):
        if training:
            x = tf.where(tf.random.uniform([8, 1]) < 0.5, self.blank, x)
        return x


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.blend = Blend()
        self.head = tf.keras.layers.Dense(1, name="head")

    def call(self, x, training=None):
        return self.head(self.blend(x, training=training))


net = Net()
optimizer = tf.keras.optimizers.SGD(0.1)
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(net(x) - y))  # warning: blank
    gradients = tape.gradient(loss, net.trainable_variables)
    optimizer.apply_gradients(zip(gradients, net.trainable_variables))
```

## Use instead

```python
import tensorflow as tf


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.body = tf.keras.layers.Dense(4)
        self.head = tf.keras.layers.Dense(1, name="head")

    def features(self, x):
        return self.body(x)

    def call(self, x):
        return self.head(self.features(x))


net = Net()
optimizer = tf.keras.optimizers.SGD(0.1)
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
net(x)
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(net(x) - y))
    gradients = tape.gradient(loss, net.trainable_variables)
    optimizer.apply_gradients(zip(gradients, net.trainable_variables))
```

## Fix

`--unsafe-fixes` says `training=True` where the step calls the model.

```python
import tensorflow as tf


class Blend(tf.keras.layers.Layer):
    def build(self, shape):
        self.blank = self.add_weight(name="blank", shape=[shape[-1]], initializer="ones")

    def call(self, x, training=None):
        if training:
            x = tf.where(tf.random.uniform([8, 1]) < 0.5, self.blank, x)
        return x


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.blend = Blend()
        self.head = tf.keras.layers.Dense(1, name="head")

    def call(self, x, training=None):
        return self.head(self.blend(x, training=training))


net = Net()
optimizer = tf.keras.optimizers.SGD(0.1)
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(net(x, training=True) - y))
    gradients = tape.gradient(loss, net.trainable_variables)
    optimizer.apply_gradients(zip(gradients, net.trainable_variables))
```

## Look-alikes

`fit` says it by itself, to every layer.

```python
import tensorflow as tf


class Blend(tf.keras.layers.Layer):
    def build(self, shape):
        self.blank = self.add_weight(name="blank", shape=[shape[-1]], initializer="ones")

    def call(self, x, training=None):
        if training:
            x = tf.where(tf.random.uniform([8, 1]) < 0.5, self.blank, x)
        return x


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.blend = Blend()
        self.head = tf.keras.layers.Dense(1, name="head")

    def call(self, x, training=None):
        return self.head(self.blend(x, training=training))


net = Net()
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
net.compile("sgd", "mse")
net.fit(x, y, verbose=0)
```
"""

from __future__ import annotations

from gradcheck.base.spoken_names import MISTAKEN
from gradcheck.report.accounts import UNTOLD
from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule, Words

RULE = Rule(
    __name__,
    code="GC409",
    kind=Kind.REACHES_NOTHING,
    severity=Severity.ERROR,
    since="0.2",
    headline="{labels} {get} no gradient: nothing of it reaches the loss",
    why="The loss is computed from other values alone: the gradient with respect to this weight is None.",
    advice="Compute the loss from what the weight takes part in, or do not ask for its gradient.",
    variants=(
        (
            "part",
            Words(
                headline="{labels} {get} no gradient: `{code}` calls a part of the model in its place",
                why="The part has its own weights alone: what the model does besides is left out.",
                advice="Call the model itself, on all that it takes.",
            ),
        ),
        (
            "refused",
            Words(
                headline="{labels} {get} no gradient: `{code}` always raises, and the error is passed over",
                why=(
                    "The layer takes no argument of this name, so that it never runs: `except` goes on "
                    "without it."
                ),
                advice="Call it with what it takes, and catch no more than what may really happen.",
            ),
        ),
        (
            "inference",
            Words(
                headline="{labels} {get} no gradient: by `{code}` it takes part only at inference",
                why=(
                    "While the model trains, the flag sends every step past what uses it: it keeps its first "
                    "values, and what was trained is not what runs later."
                ),
                advice="Use it in both cases, or ask for the opposite.",
            ),
        ),
        (
            UNTOLD,
            Words(
                headline="{labels} {get} no gradient: `{code}` does not say `training=True`",
                why=(
                    "In a loop or a `train_step` of one's own nobody else says it either: the flag keeps its "
                    "default inside, and `{detail}` goes past the only code that uses it."
                ),
                advice="Pass `training=True` in the call that trains, and hand it on to the layers inside.",
            ),
        ),
        (
            "setup",
            Words(
                headline="{labels} {get} no gradient: `{code}` decides against what uses the result",
                why="The way this object was set up, the other arm is taken, and that does without it.",
                advice="Let both arms use the result: a conditional takes in all that stands beside it.",
            ),
        ),
        (
            MISTAKEN,
            Words(
                headline="{labels} {get} no gradient: `{code}` calls another one in its place",
                why="By the name of its result this line is about `{detail}`, which nothing else here uses.",
                advice="Call `{detail}` here.",
            ),
        ),
    ),
)
