"""A metric in place of a loss.

## What it does

Flags the result of a metric object when it is all that leads from a weight to the loss.

## Why is this bad

A metric adds what it sees to variables of its own and returns a value computed from those.
They are written by assignment, so the result holds no path to the model.
A metric also averages over all steps so far, which no loss should.

## Example

```python
import tensorflow as tf

head = tf.keras.layers.Dense(1, name="head")
error = tf.keras.metrics.MeanSquaredError()
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
head(x)
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = error(y, head(x))  # error: head
    gradients = tape.gradient(loss, head.trainable_variables)
```

A mean that is asked for its result is not the loss of this batch, either.

```python
import tensorflow as tf

head = tf.keras.layers.Dense(1, name="head")
mean = tf.keras.metrics.Mean()
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
head(x)
for _ in range(2):
    with tf.GradientTape() as tape:
        mean.update_state(tf.square(head(x) - y))  # error: head
        loss = mean.result()
    gradients = tape.gradient(loss, head.trainable_variables)
```

## Use instead

```python
import tensorflow as tf

head = tf.keras.layers.Dense(1, name="head")
error = tf.keras.losses.MeanSquaredError()
optimizer = tf.keras.optimizers.SGD(0.1)
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
head(x)
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = error(y, head(x))
    gradients = tape.gradient(loss, head.trainable_variables)
    optimizer.apply_gradients(zip(gradients, head.trainable_variables))
```

## Fix

`--unsafe-fixes` makes the loss of the same name in the metric's place, or trains on the value itself and
reports its mean. Both change what the loss is: no step counts but this one.

```python
import tensorflow as tf

head = tf.keras.layers.Dense(1, name="head")
error = tf.keras.losses.MeanSquaredError()
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
head(x)
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = error(y, head(x))
    gradients = tape.gradient(loss, head.trainable_variables)
```

```python
import tensorflow as tf

head = tf.keras.layers.Dense(1, name="head")
mean = tf.keras.metrics.Mean()
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
head(x)
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(head(x) - y))
        mean.update_state(loss)
    gradients = tape.gradient(loss, head.trainable_variables)
```

## Look-alikes

A metric beside the loss reports and stays out of the way.

```python
import tensorflow as tf

head = tf.keras.Sequential([tf.keras.layers.Dense(1)])
error, mean = tf.keras.losses.MeanSquaredError(), tf.keras.metrics.Mean()
optimizer = tf.keras.optimizers.SGD(0.1)
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = error(y, head(x))
    gradients = tape.gradient(loss, head.trainable_variables)
    optimizer.apply_gradients(zip(gradients, head.trainable_variables))
    mean.update_state(loss)
    print(mean.result())
```
"""

from __future__ import annotations

from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule

RULE = Rule(
    __name__,
    code="GC307",
    kind=Kind.METRIC,
    severity=Severity.ERROR,
    since="0.1",
    headline="{labels} {get} no gradient: `{code}` is the result of a metric",
    why=(
        "A metric adds what it is given to variables of its own, by assignment, and returns a value "
        "computed from those."
    ),
    advice="Use the loss of the same name (tf.keras.losses) to train, and the metric to report.",
)
