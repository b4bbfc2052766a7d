"""A write to a `TensorArray` whose result is thrown away.

## What it does

Flags `array.write(...)`, `scatter` and `unstack` on a `tf.TensorArray` as statements of their own, when the
array is read later.

## Why is this bad

`write` returns the array that holds the value.
Eagerly the old array is changed as well and all looks well; in a traced function, and `fit` is one, nothing
leads from the old array to what was written, so the weights get no gradient.

## Example

```python
import tensorflow as tf

decay = tf.Variable(0.5, name="decay")
x = tf.constant([1.0, 2.0, 3.0])


@tf.function
def step():
    with tf.GradientTape() as tape:
        states = tf.TensorArray(tf.float32, size=3)
        state = tf.constant(0.0)
        for t in range(3):
            state = decay * state + x[t]
            states.write(t, state)  # error: decay
        loss = tf.reduce_sum(tf.square(states.stack()))
    return tape.gradient(loss, decay)


step()
```

## Use instead

```python
import tensorflow as tf

decay = tf.Variable(0.5, name="decay")
x = tf.constant([1.0, 2.0, 3.0])


@tf.function
def step():
    with tf.GradientTape() as tape:
        states = tf.TensorArray(tf.float32, size=3)
        state = tf.constant(0.0)
        for t in range(3):
            state = decay * state + x[t]
            states = states.write(t, state)
        loss = tf.reduce_sum(tf.square(states.stack()))
    return tape.gradient(loss, decay)


step()
```

## Fix

`--fix` keeps the array that is returned.

```python
import tensorflow as tf

decay = tf.Variable(0.5, name="decay")
x = tf.constant([1.0, 2.0, 3.0])


@tf.function
def step():
    with tf.GradientTape() as tape:
        states = tf.TensorArray(tf.float32, size=3)
        state = tf.constant(0.0)
        for t in range(3):
            state = decay * state + x[t]
            states = states.write(t, state)
        loss = tf.reduce_sum(tf.square(states.stack()))
    return tape.gradient(loss, decay)


step()
```
"""

from __future__ import annotations

from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule

RULE = Rule(
    __name__,
    code="GC309",
    kind=Kind.DISCARDED_WRITE,
    severity=Severity.ERROR,
    since="0.1",
    headline="{labels} {get} no gradient: the result of `{code}` is thrown away",
    why=(
        "TensorArray.write returns the array that holds the value. In a traced function, as fit() runs one, "
        "the old array does not lead back to it."
    ),
    advice="Keep the result, as in `array = array.write(index, value)`.",
)
