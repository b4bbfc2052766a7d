"""A weight that nothing reads.

## What it does

Flags a trainable weight that is created and then never read on the way to the loss.

## Why is this bad

Its gradient is None at every step.
It is either left over from an earlier version, or a line that should use it is missing.

## Example

```python
import tensorflow as tf


class Affine(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3], initializer="ones")
        self.shift = self.add_weight(name="shift", shape=[3], initializer="zeros")  # error: shift

    def call(self, x):
        return x * self.gain
```

Often another one is read in its place.

```python
import tensorflow as tf


class Scores(tf.keras.layers.Layer):
    def build(self, shape):
        self.w_q = self.add_weight(name="w_q", shape=[3, 3])
        self.w_k = self.add_weight(name="w_k", shape=[3, 3])

    def call(self, x):
        q = tf.matmul(x, self.w_q)
        k = tf.matmul(x, self.w_q)  # error: w_k
        return q * tf.tanh(k)
```

Or the method that reads it has not quite the name that is called.

```python
import tensorflow as tf


class Passing(tf.keras.layers.Layer):
    def call(self, nodes):
        return nodes + tf.roll(self.message(nodes), 1, axis=0)

    def message(self, nodes):
        return nodes


class Weighted(Passing):
    def build(self, shape):
        self.kernel = self.add_weight(name="kernel", shape=[3, 3])
        self.scale = self.add_weight(name="scale", shape=[3])

    def messages(self, nodes):  # error: kernel
        return tf.matmul(nodes, self.kernel)

    def call(self, nodes):
        return super().call(nodes) * self.scale


model = tf.keras.Sequential([Weighted(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.random.normal([8, 3]), tf.ones([8, 1]), verbose=0)
```

## Use instead

```python
import tensorflow as tf


class Affine(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3], initializer="ones")
        self.shift = self.add_weight(name="shift", shape=[3], initializer="zeros")

    def call(self, x):
        return x * self.gain + self.shift
```

## Fix

`--unsafe-fixes` reads the weight that the name of the result speaks of.

```python
import tensorflow as tf


class Scores(tf.keras.layers.Layer):
    def build(self, shape):
        self.w_q = self.add_weight(name="w_q", shape=[3, 3])
        self.w_k = self.add_weight(name="w_k", shape=[3, 3])

    def call(self, x):
        q = tf.matmul(x, self.w_q)
        k = tf.matmul(x, self.w_k)
        return q * tf.tanh(k)
```

They give a method the name that the class above calls.

```python
import tensorflow as tf


class Passing(tf.keras.layers.Layer):
    def call(self, nodes):
        return nodes + tf.roll(self.message(nodes), 1, axis=0)

    def message(self, nodes):
        return nodes


class Weighted(Passing):
    def build(self, shape):
        self.kernel = self.add_weight(name="kernel", shape=[3, 3])
        self.scale = self.add_weight(name="scale", shape=[3])

    def message(self, nodes):
        return tf.matmul(nodes, self.kernel)

    def call(self, nodes):
        return super().call(nodes) * self.scale


model = tf.keras.Sequential([Weighted(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.random.normal([8, 3]), tf.ones([8, 1]), verbose=0)
```

## Look-alikes

A regularizer reads its weight, and a weight may be used under another name.

```python
import tensorflow as tf


class Affine(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.parts = {
            "gain": self.add_weight(name="gain", shape=[3], initializer="ones"),
            "shift": self.add_weight(name="shift", shape=[3], initializer="zeros"),
        }
        self.prior = self.add_weight(name="prior", shape=[3], initializer="ones", regularizer="l2")

    def call(self, x):
        return x * self.parts["gain"] + self.parts["shift"]
```
"""

from __future__ import annotations

from gradcheck.base.spoken_names import MISTAKEN
from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule, Words

_ELSEWHERE = Words(advice="Use it in what the loss is computed from, or remove it.")

_BY_ITS_SETUP = Words(
    headline="{labels} {get} no gradient: the way this object was set up, nothing uses it",
    why="`{detail}` decides against the only code that reads it.",
    advice="Create it under the same condition, or set the object up so that it is used.",
)

RULE = Rule(
    __name__,
    code="GC501",
    kind=Kind.UNUSED_WEIGHT,
    severity=Severity.ERROR,
    since="0.1",
    headline="{labels} {get} no gradient: created, and never used",
    why="Nothing between `{code}` and the loss reads it.",
    advice="Use it in call(), or remove it.",
    variants=(
        (
            MISTAKEN,
            Words(
                headline="{labels} {get} no gradient: `{code}` uses another one in its place",
                why="By the name of its result this line is about `{detail}`, which nothing else here uses.",
                advice="Use `{detail}` here.",
            ),
        ),
        (
            "misnamed",
            Words(
                headline="{labels} {get} no gradient: nothing calls `{code}`, the only method that uses it",
                why="The class above calls `{detail}`, which this class does not define: its own one runs.",
                advice="Give the method the name `{detail}`.",
            ),
        ),
        (
            "late",
            Words(
                headline="{labels} {get} no gradient: `{code}` reads what the loop's last round made",
                why=(
                    "A function looks its names up when it is called. The loop is over by then: each of the "
                    "functions that it made finds what the last round left."
                ),
                advice="Bind the value where the function is made: `lambda x, w=w: ...`.",
            ),
        ),
        ("setup", _BY_ITS_SETUP),
        *((owner, _ELSEWHERE) for owner in ("loss", "regularizer", "module", "object", "nothing")),
    ),
)
