"""A layer that is made and never called.

## What it does

Flags a layer in an attribute, a list or a variable that nothing calls, in a model that is trained.

## Why is this bad

What the layer was made for is missing from the model.
If it was built it has weights without a gradient; if not, it has no weights at all, and no message of Keras
can name them.
Often its twin is called in its place.

## Example

```python
import keras


class Block(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.first = keras.layers.Dense(3, name="first")
        self.second = keras.layers.Dense(3, name="second")  # error: second

    def build(self, input_shape):
        self.first.build(input_shape)
        self.second.build(input_shape)

    def call(self, x):
        return self.first(keras.ops.relu(self.first(x)))
```

```python
import tensorflow as tf


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.enter = tf.keras.layers.Dense(3, name="enter")
        self.mix = tf.keras.layers.Dense(3, activation="tanh", name="mix")  # error: mix
        self.leave = tf.keras.layers.LayerNormalization(name="leave")

    def build(self, input_shape):
        with tf.name_scope("mix"):
            self.mix.build(input_shape)

    def call(self, x):
        return self.leave(tf.nn.relu(self.enter(x)))
```

A function that a loop makes reads the loop's name when it is called.

```python
import tensorflow as tf


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.heads = [tf.keras.layers.Dense(1, name="first"), tf.keras.layers.Dense(1, name="last")]
        for one in self.heads:
            one(tf.zeros([1, 3]))
        self.readers = []
        for head in self.heads:
            self.readers.append(lambda x: head(x))  # error: first

    def call(self, x):
        return tf.concat([reader(x) for reader in self.readers], axis=-1)


model = Net()
model.compile("sgd", "mse")
model.fit(tf.random.normal([8, 3]), tf.random.normal([8, 2]), verbose=0)
```

A `return` that is indented too far ends the loop in its first round.

```python
import tensorflow as tf


class Stack(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.blocks = [tf.keras.layers.Dense(3, name="first"), tf.keras.layers.Dense(3, name="last")]

    def build(self, input_shape):
        for block in self.blocks:
            block(tf.zeros([1, 3]))

    def call(self, x):
        for block in self.blocks:
            x = x + block(x)
            return x  # error: last
```

## Use instead

```python
import keras


class Block(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.first = keras.layers.Dense(3, name="first")
        self.second = keras.layers.Dense(3, name="second")

    def build(self, input_shape):
        self.first.build(input_shape)
        self.second.build(input_shape)

    def call(self, x):
        return self.second(keras.ops.elu(self.first(x)))
```

## Fix

With `--unsafe-fixes`, the second call of its twin becomes a call of the layer, or the layer is called between
those that were made before and after it.

```python
import keras


class Block(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.first = keras.layers.Dense(3, name="first")
        self.second = keras.layers.Dense(3, name="second")

    def build(self, input_shape):
        self.first.build(input_shape)
        self.second.build(input_shape)

    def call(self, x):
        return self.first(keras.ops.relu(self.second(x)))
```

```python
import tensorflow as tf


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.enter = tf.keras.layers.Dense(3, name="enter")
        self.mix = tf.keras.layers.Dense(3, activation="tanh", name="mix")
        self.leave = tf.keras.layers.LayerNormalization(name="leave")

    def build(self, input_shape):
        with tf.name_scope("mix"):
            self.mix.build(input_shape)

    def call(self, x):
        return self.leave(self.mix(tf.nn.relu(self.enter(x))))
```

They bind the name where the function is made, and return behind the loop.

```python
import tensorflow as tf


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.heads = [tf.keras.layers.Dense(1, name="first"), tf.keras.layers.Dense(1, name="last")]
        for one in self.heads:
            one(tf.zeros([1, 3]))
        self.readers = []
        for head in self.heads:
            self.readers.append(lambda x, head=head: head(x))

    def call(self, x):
        return tf.concat([reader(x) for reader in self.readers], axis=-1)


model = Net()
model.compile("sgd", "mse")
model.fit(tf.random.normal([8, 3]), tf.random.normal([8, 2]), verbose=0)
```

```python
import tensorflow as tf


class Stack(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.blocks = [tf.keras.layers.Dense(3, name="first"), tf.keras.layers.Dense(3, name="last")]

    def build(self, input_shape):
        for block in self.blocks:
            block(tf.zeros([1, 3]))

    def call(self, x):
        for block in self.blocks:
            x = x + block(x)
        return x
```

## Look-alikes

Layers in a list are called by the loop over it.

```python
import tensorflow as tf


class Stack(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.blocks = [tf.keras.layers.Dense(3, name="first"), tf.keras.layers.Dense(3, name="last")]
        self.head = tf.keras.layers.Dense(1)

    def call(self, x):
        for block in self.blocks:
            x = block(x)
        return self.head(x)
```
"""

from __future__ import annotations

from gradcheck.base.spoken_names import MISTAKEN
from gradcheck.report.accounts import REPLACED
from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule, Words

RULE = Rule(
    __name__,
    code="GC502",
    kind=Kind.UNCALLED_LAYER,
    severity=Severity.ERROR,
    since="0.1",
    headline="{labels} {get} no gradient: the layer is never called",
    why=(
        "Nothing calls this layer, so what it was made for is missing from the model; often its twin is "
        "called twice."
    ),
    advice="Call it where it belongs, or remove it.",
    variants=(
        (
            MISTAKEN,
            Words(
                headline="{labels} {get} no gradient: `{code}` calls another one in its place",
                why="By the name of its result this line is about `{detail}`, which nothing else here uses.",
                advice="Call `{detail}` here.",
            ),
        ),
        (
            "twin",
            Words(
                headline="{labels} {get} no gradient: `{code}` calls its twin",
                why="Nothing calls this layer; another one of its kind is called where it belongs.",
                advice="Call the layer that this line is about.",
            ),
        ),
        (
            REPLACED,
            Words(
                headline="{labels} {get} no gradient: what `{code}` puts aside is still called",
                why=(
                    "The layer takes the attribute of another one, and `call` does not go by that attribute: "
                    "it has the other one from somewhere else, such as a list that was made before."
                ),
                advice="Put it into the other one's place there, too, or let `call` go by the attribute.",
            ),
        ),
        (
            "test",
            Words(
                headline="{labels} {get} no gradient: whether it is called hangs on `{code}`",
                why=(
                    "This run took the way without it. What Python decides (a flag, a random number of "
                    "Python's or NumPy's) is decided once in a function that is compiled: when it is traced."
                ),
                advice="Decide anew in each step, by a tensor: `tf.cond`, or a mask that the step draws.",
            ),
        ),
        (
            "late",
            Words(
                headline="{labels} {get} no gradient: `{code}` calls the layer of the loop's last round",
                why=(
                    "A function looks its names up when it is called. The loop is over by then: each of the "
                    "functions that it made finds what the last round left."
                ),
                advice="Bind the value where the function is made: `lambda x, i=i: ...`.",
            ),
        ),
        (
            "once",
            Words(
                headline="{labels} {get} no gradient after the first time: `{code}` is an iterator",
                why=(
                    "An iterator is empty once somebody has gone through it: the first call, or what builds "
                    "the layers, takes all that is in it, and later calls find none of these layers."
                ),
                advice="Keep a list: `list(zip(...))`.",
            ),
        ),
        (
            "first round",
            Words(
                headline="{labels} {get} no gradient: `{code}` ends the loop in its first round",
                why="Every way through the body of the loop leaves it: it only comes to the first layer.",
                advice="Move `{code}` behind the loop.",
            ),
        ),
    ),
)
