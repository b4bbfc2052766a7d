"""A variable's name given to a tensor.

## What it does

Flags an assignment such as `w = w - rate * gradient` or `self.w = self.w * decay` where the name of a weight,
which is used again later, is bound to a tensor.
So is an attribute that `build()` gives to a weight, and then to something else.

## Why is this bad

The variable keeps its value; the name now means a tensor.
No tape watches it, so the next step's gradient is None.
Under Keras 2 such an assignment in `call()` also takes the weight out of the layer's list.

## Example

```python
import tensorflow as tf

w = tf.Variable(2.0, name="w")
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.square(w - 1.0)
    gradient = tape.gradient(loss, w)
    if gradient is None:
        break
    w = w - 0.1 * gradient  # error: w
```

## Use instead

```python
import tensorflow as tf

w = tf.Variable(2.0, name="w")
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.square(w - 1.0)
    w.assign_sub(0.1 * tape.gradient(loss, w))
```

## Fix

`--fix` updates the variable in place, by `assign_sub`, `assign_add` or `assign`.

```python
import tensorflow as tf

w = tf.Variable(2.0, name="w")
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.square(w - 1.0)
    gradient = tape.gradient(loss, w)
    if gradient is None:
        break
    w.assign_sub(0.1 * gradient)
```

## Look-alikes

Under a name of its own the tensor does no harm.

```python
import tensorflow as tf


class Scale(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3], initializer="ones")

    def call(self, x):
        gain = self.gain
        gain = tf.nn.softplus(gain)
        return x * gain
```
"""

from __future__ import annotations

from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule

RULE = Rule(
    __name__,
    code="GC404",
    kind=Kind.REBOUND,
    severity=Severity.ERROR,
    since="0.1",
    headline="{labels} {get} no gradient: at `{code}` a tensor takes the variable's place",
    why=(
        "After this line the name holds a tensor. No tape watches it, no optimizer updates it, and the "
        "variable keeps its value."
    ),
    advice="Update the variable in place: `assign`, `assign_sub` or an optimizer.",
)
