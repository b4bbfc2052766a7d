"""A gradient that is computed and changes nothing.

## What it does

Flags a gradient with respect to trainable variables that is neither applied by an optimizer nor used in an
update.

## Why is this bad

The gradient is right, and the variable keeps its value.
The loss may fall all the same, because other variables train.

## Example

```python
import tensorflow as tf

encoder = tf.keras.layers.Dense(2, name="encoder")
decoder = tf.keras.layers.Dense(3, name="decoder")
optimizer = tf.keras.optimizers.SGD(0.1)
x = tf.random.normal([8, 3])
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(decoder(encoder(x)) - x))
    variables = encoder.trainable_variables + decoder.trainable_variables
    gradients = tape.gradient(loss, variables)  # warning[flows]: decoder
    optimizer.apply_gradients(zip(gradients, encoder.trainable_variables))
```

Nothing at all happens to these gradients.

```python
import tensorflow as tf

head = tf.keras.layers.Dense(1, name="head")
optimizer = tf.keras.optimizers.SGD(0.1)
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(head(x) - y))
    gradients = tape.gradient(loss, head.trainable_variables)  # warning[flows]: head
```

## Use instead

```python
import tensorflow as tf

encoder = tf.keras.layers.Dense(2, name="encoder")
decoder = tf.keras.layers.Dense(3, name="decoder")
optimizer = tf.keras.optimizers.SGD(0.1)
x = tf.random.normal([8, 3])
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(decoder(encoder(x)) - x))
    variables = encoder.trainable_variables + decoder.trainable_variables
    gradients = tape.gradient(loss, variables)
    optimizer.apply_gradients(zip(gradients, variables))
```

## Fix

`--unsafe-fixes` zips gradients with the variables they were computed for, and applies those that are not
used at all, if there is one optimizer to do it.

```python
import tensorflow as tf

encoder = tf.keras.layers.Dense(2, name="encoder")
decoder = tf.keras.layers.Dense(3, name="decoder")
optimizer = tf.keras.optimizers.SGD(0.1)
x = tf.random.normal([8, 3])
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(decoder(encoder(x)) - x))
    variables = encoder.trainable_variables + decoder.trainable_variables
    gradients = tape.gradient(loss, variables)
    optimizer.apply_gradients(zip(gradients, variables))
```

```python
import tensorflow as tf

head = tf.keras.layers.Dense(1, name="head")
optimizer = tf.keras.optimizers.SGD(0.1)
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(head(x) - y))
    gradients = tape.gradient(loss, head.trainable_variables)
    optimizer.apply_gradients(zip(gradients, head.trainable_variables))
```
"""

from __future__ import annotations

from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule

RULE = Rule(
    __name__,
    code="GC407",
    kind=Kind.NOT_APPLIED,
    severity=Severity.WARNING,
    since="0.1",
    headline="{labels} {get} a gradient that is never applied",
    why=(
        "`{code}` computes the gradient, and no optimizer and no assignment uses it: the variable keeps its "
        "value."
    ),
    advice="Hand every gradient to apply_gradients, zipped with the variables it was computed for.",
)
