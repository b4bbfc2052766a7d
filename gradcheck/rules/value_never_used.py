"""A value that is computed from weights and leads nowhere.

## What it does

Flags the result of a layer or an operation that is dropped, or overwritten before anything reads it, when it
is all that a weight takes part in.
One element of a tuple may be dropped while the others go on; of a value that is asked for its shape alone,
the numbers are dropped too.

## Why is this bad

The weights get no gradient, and the model is not the one that was meant: most often the wrong name is passed
on.

## Example

```python
import tensorflow as tf


class Gated(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.body = tf.keras.layers.Dense(3, name="body")
        self.gate = tf.keras.layers.Dense(3, activation="sigmoid", name="gate")

    def call(self, x):
        h = self.body(x)
        g = self.gate(x)  # error: gate
        return h * x
```

```python
import tensorflow as tf


class Block(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.inner = tf.keras.layers.Dense(3, activation="tanh", name="inner")
        self.outer = tf.keras.layers.Dense(3, name="outer")

    def call(self, x):
        h = self.inner(x)
        h = self.outer(x)  # error: inner
        return h
```

```python
import tensorflow as tf


class Normed(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.body = tf.keras.layers.Dense(3, name="body")
        self.norm = tf.keras.layers.Dense(3, activation="tanh", name="norm")

    def call(self, x):
        x = self.body(x)
        self.norm(x)  # error: norm
        return x
```

```python
import tensorflow as tf

front = tf.keras.layers.Dense(1, name="front")
back = tf.keras.layers.Dense(1, name="back")
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
front(x), back(x)
with tf.GradientTape() as tape:
    total = 0.0
    for layer in (front, back):
        total = tf.reduce_mean(tf.square(layer(x) - y))  # error: front
gradients = tape.gradient(total, front.trainable_variables + back.trainable_variables)
```

```python
import tensorflow as tf


class Joined(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.left = tf.keras.layers.Dense(3, name="left")
        self.right = tf.keras.layers.Dense(3, name="right")

    def call(self, x):
        a = self.left(x)
        b = self.right(x)  # error: right
        return tf.concat([a, a], axis=-1)
```

A loop keeps what its last step gives.

```python
import tensorflow as tf


class Tower(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.blocks = [tf.keras.layers.Dense(3, name="first"), tf.keras.layers.Dense(3, name="last")]

    def call(self, x):
        for block in self.blocks:
            h = tf.nn.relu(block(x))  # probe: first
        return h
```

```python
import tensorflow as tf


class Parallel(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.branches = [tf.keras.layers.Dense(3, name="first"), tf.keras.layers.Dense(3, name="last")]

    def call(self, x):
        for branch in self.branches:
            h = branch(x)  # probe: first
        return h
```

## Use instead

```python
import tensorflow as tf


class Gated(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.body = tf.keras.layers.Dense(3, name="body")
        self.gate = tf.keras.layers.Dense(3, activation="sigmoid", name="gate")

    def call(self, x):
        h = self.body(x)
        g = self.gate(x)
        return h * g
```

## Fix

With `--unsafe-fixes`, a result that the next line overwrites is handed to the call that overwrites it.
One that is forgotten is read where what it was computed from is read now.
A sum that only keeps its last term adds them up.
One that is forgotten where another one is listed twice takes the second place.
In a loop over layers each is handed what the one before gave, or, where they are branches, their results
are added up.

```python
import tensorflow as tf


class Block(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.inner = tf.keras.layers.Dense(3, activation="tanh", name="inner")
        self.outer = tf.keras.layers.Dense(3, name="outer")

    def call(self, x):
        h = self.inner(x)
        h = self.outer(h)
        return h
```

```python
import tensorflow as tf


class Gated(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.body = tf.keras.layers.Dense(3, name="body")
        self.gate = tf.keras.layers.Dense(3, activation="sigmoid", name="gate")

    def call(self, x):
        h = self.body(x)
        g = self.gate(x)
        return h * g
```

```python
import tensorflow as tf


class Normed(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.body = tf.keras.layers.Dense(3, name="body")
        self.norm = tf.keras.layers.Dense(3, activation="tanh", name="norm")

    def call(self, x):
        x = self.body(x)
        x = self.norm(x)
        return x
```

```python
import tensorflow as tf

front = tf.keras.layers.Dense(1, name="front")
back = tf.keras.layers.Dense(1, name="back")
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
front(x), back(x)
with tf.GradientTape() as tape:
    total = 0.0
    for layer in (front, back):
        total += tf.reduce_mean(tf.square(layer(x) - y))
gradients = tape.gradient(total, front.trainable_variables + back.trainable_variables)
```

```python
import tensorflow as tf


class Joined(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.left = tf.keras.layers.Dense(3, name="left")
        self.right = tf.keras.layers.Dense(3, name="right")

    def call(self, x):
        a = self.left(x)
        b = self.right(x)
        return tf.concat([a, b], axis=-1)
```

```python
import tensorflow as tf


class Tower(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.blocks = [tf.keras.layers.Dense(3, name="first"), tf.keras.layers.Dense(3, name="last")]

    def call(self, x):
        h = x
        for block in self.blocks:
            h = tf.nn.relu(block(h))
        return h
```

```python
import tensorflow as tf


class Parallel(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.branches = [tf.keras.layers.Dense(3, name="first"), tf.keras.layers.Dense(3, name="last")]

    def call(self, x):
        h = 0.0
        for branch in self.branches:
            h += branch(x)
        return h
```

## Look-alikes

A value that is only printed costs nothing when the weight has another path.

```python
import tensorflow as tf


class Scale(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3], initializer="ones")

    def call(self, x):
        norm = tf.norm(self.gain)
        tf.debugging.assert_greater(norm, 0.0)
        return x * self.gain
```
"""

from __future__ import annotations

from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule, Words

RULE = Rule(
    __name__,
    code="GC503",
    kind=Kind.DEAD_VALUE,
    severity=Severity.ERROR,
    since="0.1",
    headline="{labels} {get} no gradient: the result of `{code}` is never used",
    why="The value is computed and then dropped, or overwritten before anything reads it.",
    advice="Use the result in the next line, or remove the computation; often the wrong name is passed on.",
    variants=(
        (
            "overwritten",
            Words(
                headline="{labels} {get} no gradient: `{code}` overwrites a result that nothing has read",
                why="The result is computed, and its name is given another value before anything reads it.",
                advice="Hand the result on to what stands here: often the wrong name is passed on.",
            ),
        ),
        (
            "plus",
            Words(
                headline="{labels} {get} no gradient: `{code}` is assigned in each round, not added",
                why="`=+` is an assignment of a value with a sign: each round of the loop replaces the last.",
                advice="Write `+=`.",
            ),
        ),
        (
            "units",
            Words(
                headline="{labels} {get} no gradient: nothing reads {detail}, `{code}` reads others",
                why=(
                    "All that reads this layer takes some of its units, and none takes these: what computes "
                    "them never changes."
                ),
                advice="Take each unit once: often one slice is written twice.",
            ),
        ),
        (
            "last",
            Words(
                headline="{labels} {get} no gradient: the last result of `{code}` is never used",
                why=(
                    "The next round of the loop goes on with it. What the last round makes is dropped, and "
                    "with it what only that round computes with."
                ),
                advice="Leave it out in the last round, or let the loss use what is left there.",
            ),
        ),
        (
            "part",
            Words(
                headline="{labels} {get} no gradient: `{code}` returns more than is used",
                why=(
                    "The layer returns several values. No output of the model is computed from those that "
                    "come of these weights."
                ),
                advice="Use all of them, as `Concatenate()([forward, backward])` does, or make it without.",
            ),
        ),
        (
            "left-over",
            Words(
                headline="{labels} {get} no gradient: of what `{code}` gives a part is never used",
                why=(
                    "Values that were joined come apart again here, and the part that these weights compute "
                    "goes nowhere."
                ),
                advice="Use that part, often the one that is called `_`, or do not compute it.",
            ),
        ),
        (
            "argument",
            Words(
                headline="{labels} {get} no gradient: {where} is handed `{code}` and does not use it",
                why="The value is computed and passed in, and nothing that is returned depends on it.",
                advice="Use `{code}` in {where}, or do not compute it.",
            ),
        ),
        (
            "test",
            Words(
                headline="{labels} {get} no gradient: whether {where} uses `{detail}` hangs on `{code}`",
                why=(
                    "This run took the way without it. What Python decides (a flag, a random number of "
                    "Python's or NumPy's) is decided once in a function that is compiled: when it is traced."
                ),
                advice="Decide anew in each step, by a tensor: `tf.cond`, or a mask that the step draws.",
            ),
        ),
        (
            "state",
            Words(
                headline="{labels} {get} no gradient: `{code}` is not handed `{detail}`",
                why=(
                    "The state is computed and passed in, and the recurrent layer that is to start from it "
                    "starts from zeros."
                ),
                advice="Hand it on: `initial_state={detail}`.",
            ),
        ),
        (
            "states",
            Words(
                headline="{labels} {get} no gradient: `{code}` does not start from `{detail}`",
                why=(
                    "The states are computed from an input of the model, and lead to none of its outputs: "
                    "the recurrent layer that was to start from them starts from zeros."
                ),
                advice="Call it with `initial_state={detail}`.",
            ),
        ),
        (
            "output",
            Words(
                headline="{labels} {get} no gradient: `{code}` leads to no output of the model",
                why=(
                    "The model that is trained is given this input, and what is computed from it is in none "
                    "of its outputs."
                ),
                advice="Use the result in what the outputs are computed from, or leave the input out.",
            ),
        ),
        (
            "graph",
            Words(
                headline="{labels} {is_} in no model: the result of `{code}` is never used",
                why=(
                    "The layer is applied while the model is put together, and no output of a model is "
                    "computed from its result."
                ),
                advice="Use the result in the next line; often the wrong name is passed on.",
            ),
        ),
        (
            "doubled",
            Words(
                headline="{labels} {get} no gradient: `{code}` has another value twice",
                why=(
                    "Nothing reads what this layer gives; here one value stands in two places, often in this "
                    "one's, too."
                ),
                advice="Put the forgotten value in its place.",
            ),
        ),
        (
            "packed",
            Words(
                headline="{labels} {is_} in no model: `{code}` is never used",
                why=(
                    "The layer is applied while the model is put together, and no output of a model is "
                    "computed from what it gives."
                ),
                advice="Hand it on: a recurrent layer starts from it with `initial_state=`.",
            ),
        ),
    ),
)
