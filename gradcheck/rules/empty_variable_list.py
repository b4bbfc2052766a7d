"""A list of variables taken before there are any.

## What it does

Flags `trainable_variables` and `trainable_weights` of a model that is not built yet, when the list is kept
and used to train later.

## Why is this bad

A layer creates its weights when it is first called.
The list is a copy, so it stays empty.
With nothing in it, Keras 2 trains on silently and changes nothing, and Keras 3 raises "not enough values to
unpack".

## Example

```python
import tensorflow as tf

head = tf.keras.layers.Dense(1, name="head")
log_scale = tf.Variable(0.0, name="log_scale")
variables = [log_scale, *head.trainable_variables]  # error: head
optimizer = tf.keras.optimizers.SGD(0.1)
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(y - head(x)) * tf.exp(-log_scale)) + log_scale
    gradients = tape.gradient(loss, variables)
    optimizer.apply_gradients(zip(gradients, variables))
```

An object that keeps the list keeps an empty one.

```python
import tensorflow as tf


class Trainer:
    def __init__(self, model):
        self.model = model
        self.parameters = list(model.trainable_variables)  # error: head

    def step(self, x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(y - self.model(x)))
        return tape.gradient(loss, self.parameters)


trainer = Trainer(tf.keras.Sequential([tf.keras.layers.Dense(1, name="head")]))
trainer.step(tf.random.normal([8, 3]), tf.random.normal([8, 1]))
```

## Use instead

```python
import tensorflow as tf

model = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(1, name="head")])
log_scale = tf.Variable(0.0, name="log_scale")
variables = [log_scale, *model.trainable_variables]
optimizer = tf.keras.optimizers.SGD(0.1)
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(y - model(x)) * tf.exp(-log_scale)) + log_scale
    gradients = tape.gradient(loss, variables)
    optimizer.apply_gradients(zip(gradients, variables))
```

## Fix

`--fix` lists the variables behind the tape that computes the loss, or reads the list from the model where
it is used.

```python
import tensorflow as tf

head = tf.keras.layers.Dense(1, name="head")
log_scale = tf.Variable(0.0, name="log_scale")
optimizer = tf.keras.optimizers.SGD(0.1)
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(y - head(x)) * tf.exp(-log_scale)) + log_scale
    variables = [log_scale, *head.trainable_variables]
    gradients = tape.gradient(loss, variables)
    optimizer.apply_gradients(zip(gradients, variables))
```

```python
import tensorflow as tf


class Trainer:
    def __init__(self, model):
        self.model = model

    def step(self, x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(y - self.model(x)))
        return tape.gradient(loss, self.model.trainable_variables)


trainer = Trainer(tf.keras.Sequential([tf.keras.layers.Dense(1, name="head")]))
trainer.step(tf.random.normal([8, 3]), tf.random.normal([8, 1]))
```
"""

from __future__ import annotations

from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule, Words

RULE = Rule(
    __name__,
    code="GC406",
    kind=Kind.EMPTY_VARIABLES,
    severity=Severity.ERROR,
    since="0.1",
    headline="{labels} {get} no gradient: `{code}` is still empty here",
    why=(
        "A layer creates its weights when it is first called; a list taken before that stays empty, and "
        "training changes nothing."
    ),
    advice=(
        "Call the model once, or give it an Input, before its variables are listed; or list them in the "
        "training step."
    ),
    variants=(
        (
            "halfway",
            Words(
                headline="{labels} {get} no gradient: `{code}` lists what there is before they are made",
                why=(
                    "The list holds what the object had when its constructor came to this line; what it "
                    "makes afterwards, in a subclass perhaps, is not added."
                ),
                advice="Ask for the variables in the training step, or in a property.",
            ),
        ),
    ),
)
