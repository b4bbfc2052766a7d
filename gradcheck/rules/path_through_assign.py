"""A value written into a variable and read back, on the only path of a weight.

## What it does

Flags `assign`, `assign_add`, `assign_sub` and `set_weights` when the variable they write to is all that leads
from a weight to the loss.

## Why is this bad

`assign` stores a number.
Reading the variable afterwards gives the variable: where its number came from is not recorded.
Under Keras 3 the value that `assign` returns still carries the gradient, under Keras 2 it does not.

## Example

```python
import tensorflow as tf


class Memory(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.rate = self.add_weight(name="rate", shape=[3], initializer="ones")
        self.memory = self.add_weight(name="memory", shape=[3], initializer="zeros", trainable=False)

    def call(self, x):
        self.memory.assign(self.memory + self.rate * tf.reduce_mean(x, axis=0))  # error: rate
        return x * self.memory
```

A variable that a loop adds to, too, forgets where its value came from.

```python
import tensorflow as tf

decay = tf.Variable(0.5, name="decay")
level = tf.Variable(0.0, name="level", trainable=False)
signal = tf.constant([1.0, 2.0, 3.0])
with tf.GradientTape() as tape:
    loss = tf.constant(0.0)
    for value in (1.0, 2.0, 3.0):
        level.assign(decay * level + value)  # error: decay
        loss += tf.square(level - 1.0)
decay.assign_sub(0.1 * tape.gradient(loss, decay))
```

Under Keras 2 what `assign` returns is the variable, too.

```python
import tensorflow as tf


class Memory(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.rate = self.add_weight(name="rate", shape=[3], initializer="ones")
        self.memory = self.add_weight(name="memory", shape=[3], initializer="zeros", trainable=False)

    def call(self, x):
        memory = self.memory.assign(self.memory + self.rate * tf.reduce_mean(x, 0))  # error[keras2]: rate
        return x * memory
```

## Use instead

Go on with the tensor, and store it for the next step.

```python
import tensorflow as tf


class Memory(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.rate = self.add_weight(name="rate", shape=[3], initializer="ones")
        self.memory = self.add_weight(name="memory", shape=[3], initializer="zeros", trainable=False)

    def call(self, x):
        memory = self.memory + self.rate * tf.reduce_mean(x, axis=0)
        self.memory.assign(memory)
        return x * memory
```

## Fix

`--fix` gives the value a name and assigns it besides, where the result of `assign` is used.

```python
import tensorflow as tf


class Memory(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.rate = self.add_weight(name="rate", shape=[3], initializer="ones")
        self.memory = self.add_weight(name="memory", shape=[3], initializer="zeros", trainable=False)

    def call(self, x):
        memory = self.memory + self.rate * tf.reduce_mean(x, axis=0)
        self.memory.assign(memory)
        return x * memory
```

`--unsafe-fixes` reads the tensor that was written in place of the variable, and carries it through a loop.

```python
import tensorflow as tf


class Memory(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.rate = self.add_weight(name="rate", shape=[3], initializer="ones")
        self.memory = self.add_weight(name="memory", shape=[3], initializer="zeros", trainable=False)

    def call(self, x):
        memory = self.memory + self.rate * tf.reduce_mean(x, axis=0)
        self.memory.assign(memory)
        return x * memory
```

```python
import tensorflow as tf

decay = tf.Variable(0.5, name="decay")
level = tf.Variable(0.0, name="level", trainable=False)
signal = tf.constant([1.0, 2.0, 3.0])
with tf.GradientTape() as tape:
    loss = tf.constant(0.0)
    new_level = tf.convert_to_tensor(level)
    for value in (1.0, 2.0, 3.0):
        new_level = decay * new_level + value
        level.assign(new_level)
        loss += tf.square(new_level - 1.0)
decay.assign_sub(0.1 * tape.gradient(loss, decay))
```

## Look-alikes

Running statistics of the data hold nothing of a weight.

```python
import tensorflow as tf


class Centre(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3], initializer="ones")
        self.mean = self.add_weight(name="mean", shape=[3], initializer="zeros", trainable=False)

    def call(self, x):
        self.mean.assign(0.9 * self.mean + 0.1 * tf.reduce_mean(x, axis=0))
        return self.gain * (x - self.mean)
```
"""

from __future__ import annotations

from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule

RULE = Rule(
    __name__,
    code="GC306",
    kind=Kind.ASSIGNED,
    severity=Severity.ERROR,
    since="0.1",
    headline="{labels} {get} no gradient: `{code}` writes the value into a variable",
    why=(
        "assign stores the number. What is read afterwards is the variable, which does not know what it was "
        "computed from."
    ),
    advice="Use the computed tensor on the way to the loss, and assign it for the next step only.",
)
