"""A Python value that a `tf.function` reads, and that changes when the function is traced already.

## What it does

Flags weights that reach the loss only by what an attribute switches on, where that attribute is off when a
`tf.function` is called first, and set in a later round of the loop that calls it.

## Why is this bad

TensorFlow runs the Python code of a function once, when it traces it.
What the attribute is then becomes a constant of the graph: the branch is not in it, and setting the attribute
later puts nothing there.
The program says that the term is on, and the loss goes on without it.

## Example

```python
import tensorflow as tf


class Trainer:
    def __init__(self):
        self.body = tf.keras.layers.Dense(4, name="body")
        self.extra = tf.keras.layers.Dense(1, name="extra")
        self.with_extra = False
        self.optimizer = tf.keras.optimizers.SGD(0.1)

    @tf.function
    def step(self, x):
        with tf.GradientTape() as tape:
            hidden = self.body(x)
            loss = tf.reduce_mean(tf.square(hidden))
            if self.with_extra:  # error: extra
                loss += tf.reduce_mean(tf.square(self.extra(hidden) - 1.0))
        variables = self.body.trainable_variables + self.extra.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))


x = tf.random.normal([8, 3])
trainer = Trainer()
trainer.extra(trainer.body(x))
for epoch in range(4):
    if epoch == 2:
        trainer.with_extra = True
    trainer.step(x)
```

## Use instead

```python
import tensorflow as tf


class Trainer:
    def __init__(self):
        self.body = tf.keras.layers.Dense(4, name="body")
        self.extra = tf.keras.layers.Dense(1, name="extra")
        self.optimizer = tf.keras.optimizers.SGD(0.1)

    @tf.function
    def step(self, x, share):
        with tf.GradientTape() as tape:
            hidden = self.body(x)
            loss = tf.reduce_mean(tf.square(hidden))
            loss += share * tf.reduce_mean(tf.square(self.extra(hidden) - 1.0))
        variables = self.body.trainable_variables + self.extra.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))


x = tf.random.normal([8, 3])
trainer = Trainer()
trainer.extra(trainer.body(x))
for epoch in range(4):
    trainer.step(x, tf.constant(0.1 if epoch < 2 else 1.0))
```
"""

from __future__ import annotations

from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule

RULE = Rule(
    __name__,
    code="GC103",
    kind=Kind.TRACED,
    severity=Severity.ERROR,
    since="0.2",
    headline="{labels} {get} no gradient: `{code}` is off when the function is traced",
    why=(
        "tf.function runs Python once: what an attribute is then is a constant of the graph, whatever it is "
        "set to later."
    ),
    advice=(
        "Hand the value to the function as an argument, or keep it in a `tf.Variable(trainable=False)` that "
        "`tf.cond` tests."
    ),
)
