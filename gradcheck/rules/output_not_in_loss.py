"""An output of the model that no loss depends on.

## What it does

Flags an output whose weights lead to no other one, and that takes no part in the loss.

## Why is this bad

The branch is computed at every step and never trained: its weights get no gradient.

## Example

```python
import tensorflow as tf

inputs = tf.keras.Input([3])
trunk = tf.keras.layers.Dense(4, activation="tanh", name="trunk")(inputs)
cost = tf.keras.layers.Dense(1, name="cost")(trunk)
fraud = tf.keras.layers.Dense(1, name="fraud")(trunk)
model = tf.keras.Model(inputs, {"cost": cost, "fraud": fraud})
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
optimizer = tf.keras.optimizers.SGD(0.1)
for _ in range(2):
    with tf.GradientTape() as tape:
        outputs = model(x)  # error: fraud
        loss = tf.reduce_mean(tf.square(outputs["cost"] - y))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(
        (gradient, variable)
        for gradient, variable in zip(gradients, model.trainable_variables)
        if gradient is not None
    )
```

## Use instead

```python
import tensorflow as tf

inputs = tf.keras.Input([3])
trunk = tf.keras.layers.Dense(4, activation="tanh", name="trunk")(inputs)
cost = tf.keras.layers.Dense(1, name="cost")(trunk)
fraud = tf.keras.layers.Dense(1, name="fraud")(trunk)
model = tf.keras.Model(inputs, {"cost": cost, "fraud": fraud})
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
optimizer = tf.keras.optimizers.SGD(0.1)
for _ in range(2):
    with tf.GradientTape() as tape:
        outputs = model(x)
        loss = tf.reduce_mean(tf.square(outputs["cost"] - y) + tf.square(outputs["fraud"] - y))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
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
    code="GC504",
    kind=Kind.NOT_IN_LOSS,
    severity=Severity.ERROR,
    since="0.1",
    headline="{labels} {get} no gradient: `{code}` does not reach the loss",
    why="The model computes this output, and no term of the loss depends on it.",
    advice="Add a loss for it, or take the output out of the model that is trained.",
)


def check(facts: Facts) -> Iterator[Finding]:
    """Each output that no loss depends on."""
    return RULE.every(facts)
