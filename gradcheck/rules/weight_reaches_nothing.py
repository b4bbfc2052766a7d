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
"""

from __future__ import annotations

from gradcheck.base.spoken_names import MISTAKEN
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
