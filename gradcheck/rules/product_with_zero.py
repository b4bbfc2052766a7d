"""A product in which a factor is zero for good.

## What it does

Flags a product of weights that all start at zero, and a product with a mask or a constant that is zero
throughout.

## Why is this bad

The gradient of a factor is the product of the others.
With two zeros neither factor ever moves; with one, that one wakes up after the first step and the other
follows.

## Example

```python
import tensorflow as tf


class LowRank(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.down = self.add_weight(name="down", shape=[3, 1], initializer="zeros")  # warning: down, up
        self.up = self.add_weight(name="up", shape=[1, 3], initializer="zeros")

    def call(self, x):
        return x + x @ (self.down @ self.up)
```

A cell that gives back the state it was handed multiplies zeros at every step.

```python
import tensorflow as tf


class Cell(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.state_size = 3
        self.inner = tf.keras.layers.Dense(3, name="inner")
        self.outer = tf.keras.layers.Dense(3, use_bias=False, name="outer")

    def call(self, x, states):
        new = tf.tanh(self.inner(x) + self.outer(states[0]))
        return new, states  # probe: outer


model = tf.keras.Sequential([tf.keras.layers.RNN(Cell()), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.random.normal([8, 4, 3]), tf.random.normal([8, 1]), verbose=0)
```

```python
import tensorflow as tf


class Decoder(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.gru = tf.keras.layers.GRU(3, return_state=True, name="gru")

    def call(self, x, state):
        y, state = self.gru(x)  # probe: recurrent_kernel
        return y, state


decoder = Decoder()
x, state = tf.random.normal([8, 4, 3]), tf.random.normal([8, 3])
with tf.GradientTape() as tape:
    for t in range(4):
        y, state = decoder(x[:, t : t + 1], state)
    loss = tf.reduce_mean(tf.square(y))
gradients = tape.gradient(loss, decoder.trainable_variables)
```

A variable that does not train keeps the zeros that it starts with, if nothing sets it.

```python
import tensorflow as tf


class Noisy(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.mean = self.add_weight(name="mean", shape=[3, 1])
        self.spread = self.add_weight(name="spread", shape=[3, 1])
        self.noise = tf.Variable(tf.zeros([3, 1]), trainable=False)  # warning: spread

    def reset_noise(self):
        self.noise.assign(tf.random.normal([3, 1]))

    def call(self, x):
        return x @ (self.mean + self.spread * self.noise)


model = tf.keras.Sequential([Noisy()])
model.compile("sgd", "mse")
model.fit(tf.random.normal([8, 3]), tf.ones([8, 1]), verbose=0)
```

The first result of a sequence has no state before it.

```python
import tensorflow as tf

inputs = tf.keras.Input([6, 3])
states = tf.keras.layers.SimpleRNN(4, return_sequences=True, name="rnn")(inputs)
last = states[:, 0]  # warning: rnn
model = tf.keras.Model(inputs, tf.keras.layers.Dense(1)(last))
model.compile("sgd", "mse")
model.fit(tf.random.normal([8, 6, 3]), tf.ones([8, 1]), verbose=0)
```

Nor has the last one in the backward half of a bidirectional layer.

```python
import tensorflow as tf

steps = tf.keras.Input([6, 3])
h = tf.keras.layers.Bidirectional(tf.keras.layers.GRU(4, return_sequences=True), name="both")(steps)
model = tf.keras.Model(steps, tf.keras.layers.Dense(1)(h[:, -1]))  # warning: both
model.compile("sgd", "mse")
model.fit(tf.random.normal([8, 6, 3]), tf.ones([8, 1]), verbose=0)
```

A mask that is the wrong way round keeps nothing.

```python
import tensorflow as tf


def masked(y_true, y_pred):
    mask = tf.cast(tf.equal(y_true, 0.0), tf.float32)  # probe: kernel
    return tf.reduce_sum(mask * tf.square(y_true - y_pred))


model = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(1, use_bias=False, name="head")])
model.compile("sgd", masked)
model.fit(tf.random.normal([8, 3]), tf.ones([8, 1]), verbose=0)
```

Two tables of zeros never move.

```python
import tensorflow as tf


def factors(ids, name):
    table = tf.keras.layers.Embedding(5, 2, embeddings_initializer="zeros", name=name)
    return tf.keras.layers.Flatten()(table(ids))


user, item = tf.keras.Input([1]), tf.keras.Input([1])
match = tf.keras.layers.Dot(axes=1)([factors(user, "users"), factors(item, "items")])  # warning: users, items
model = tf.keras.Model([user, item], match)
model.compile("sgd", "mse")
model.fit([tf.zeros([8, 1]), tf.zeros([8, 1])], tf.ones([8, 1]), verbose=0)
```

## Use instead

```python
import tensorflow as tf


class LowRank(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.down = self.add_weight(name="down", shape=[3, 1], initializer="glorot_uniform")
        self.up = self.add_weight(name="up", shape=[1, 3], initializer="zeros")

    def call(self, x):
        return x + x @ (self.down @ self.up)
```

## Fix

With `--unsafe-fixes`, the first of two factors that start at zero gets a random initial value; their product
is zero as before.

```python
import tensorflow as tf


class LowRank(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.down = self.add_weight(name="down", shape=[3, 1], initializer="glorot_uniform")
        self.up = self.add_weight(name="up", shape=[1, 3], initializer="zeros")

    def call(self, x):
        return x + x @ (self.down @ self.up)
```

A cell returns its new state, and a recurrent layer starts from the state that its function is handed.

```python
import tensorflow as tf


class Cell(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.state_size = 3
        self.inner = tf.keras.layers.Dense(3, name="inner")
        self.outer = tf.keras.layers.Dense(3, use_bias=False, name="outer")

    def call(self, x, states):
        new = tf.tanh(self.inner(x) + self.outer(states[0]))
        return new, [new]


model = tf.keras.Sequential([tf.keras.layers.RNN(Cell()), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.random.normal([8, 4, 3]), tf.random.normal([8, 1]), verbose=0)
```

```python
import tensorflow as tf


class Decoder(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.gru = tf.keras.layers.GRU(3, return_state=True, name="gru")

    def call(self, x, state):
        y, state = self.gru(x, initial_state=state)
        return y, state


decoder = Decoder()
x, state = tf.random.normal([8, 4, 3]), tf.random.normal([8, 3])
with tf.GradientTape() as tape:
    for t in range(4):
        y, state = decoder(x[:, t : t + 1], state)
    loss = tf.reduce_mean(tf.square(y))
gradients = tape.gradient(loss, decoder.trainable_variables)
```

The last step of a sequence is taken in place of the first one.

```python
import tensorflow as tf

inputs = tf.keras.Input([6, 3])
states = tf.keras.layers.SimpleRNN(4, return_sequences=True, name="rnn")(inputs)
last = states[:, -1]
model = tf.keras.Model(inputs, tf.keras.layers.Dense(1)(last))
model.compile("sgd", "mse")
model.fit(tf.random.normal([8, 6, 3]), tf.ones([8, 1]), verbose=0)
```

The last states of both halves are taken in place of the last step.

```python
import tensorflow as tf

steps = tf.keras.Input([6, 3])
h = tf.keras.layers.Bidirectional(tf.keras.layers.GRU(4), name="both")(steps)
model = tf.keras.Model(steps, tf.keras.layers.Dense(1)(h))
model.compile("sgd", "mse")
model.fit(tf.random.normal([8, 6, 3]), tf.ones([8, 1]), verbose=0)
```

They turn a mask round, and start both tables at random where one line makes them.

```python
import tensorflow as tf


def masked(y_true, y_pred):
    mask = tf.cast(tf.not_equal(y_true, 0.0), tf.float32)
    return tf.reduce_sum(mask * tf.square(y_true - y_pred))


model = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(1, use_bias=False, name="head")])
model.compile("sgd", masked)
model.fit(tf.random.normal([8, 3]), tf.ones([8, 1]), verbose=0)
```

```python
import tensorflow as tf


def factors(ids, name):
    table = tf.keras.layers.Embedding(5, 2, embeddings_initializer="glorot_uniform", name=name)
    return tf.keras.layers.Flatten()(table(ids))


user, item = tf.keras.Input([1]), tf.keras.Input([1])
match = tf.keras.layers.Dot(axes=1)([factors(user, "users"), factors(item, "items")])
model = tf.keras.Model([user, item], match)
model.compile("sgd", "mse")
model.fit([tf.zeros([8, 1]), tf.zeros([8, 1])], tf.ones([8, 1]), verbose=0)
```

## Look-alikes

A residual branch that starts at zero wakes up after one step.

```python
import tensorflow as tf


class Residual(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.body = tf.keras.layers.Dense(3, activation="tanh")

    def build(self, input_shape):
        self.strength = self.add_weight(name="strength", shape=[], initializer="zeros")

    def call(self, x):
        return x + self.strength * self.body(x)
```
"""

from __future__ import annotations

from gradcheck.report.accounts import BEHIND_TEST
from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule, Words

RULE = Rule(
    __name__,
    code="GC703",
    kind=Kind.ZERO_PRODUCT,
    severity=Severity.WARNING,
    since="0.1",
    headline="{labels} {get} a gradient of zero: `{code}` multiplies by zero",
    why=(
        "The gradient of a factor is the other factor. If that is zero from the start, this one never "
        "moves; if both are, neither does."
    ),
    advice="Start one factor away from zero.",
    variants=(
        (
            "opposed",
            Words(
                headline="{labels} {get} a gradient of zero: a later mask takes away what `{code}` leaves",
                why="One mask is the complement of the other, and no element passes both.",
                advice="Multiply by the mask that comes later, not by its complement.",
            ),
        ),
        (
            "factor",
            Words(
                headline="{labels} {get} a gradient of zero: it is multiplied by `{code}`, which is all zero",
                why="The gradient of a factor is the other factor, and this one is zero in every place.",
                advice=(
                    "Look at what makes it zero: a mask that is the wrong way round, an empty selection, an "
                    "activation that is off everywhere."
                ),
            ),
        ),
        (
            "state",
            Words(
                headline="{labels} {get} a gradient of zero: `{code}` starts from a state of zeros each time",
                why=(
                    "Recurrent weights multiply the state before. Where every call is a single step from a "
                    "fresh state, that is zero."
                ),
                advice="Hand the last state on (`initial_state=state`), or call it on the whole sequence.",
            ),
        ),
        (
            "one step",
            Words(
                headline="{labels} {get} a gradient of zero: `{code}` leaves one step, from a state of zeros",
                why=(
                    "Recurrent weights multiply the state before, and before the first step that is zero. "
                    "The backward half of a bidirectional layer makes its first step at the end."
                ),
                advice=(
                    "Give the layer the whole sequence; of a bidirectional layer take its own last state "
                    "(`return_sequences=False`)."
                ),
            ),
        ),
        (
            "kept",
            Words(
                headline="{labels} {get} a gradient of zero: `{code}` gives back the state it was handed",
                why=(
                    "The state is never replaced: every step starts from the first one, which is all zero, "
                    "and what multiplies it never moves."
                ),
                advice="Return the new state.",
            ),
        ),
        (
            "both",
            Words(
                headline="{labels} {get} a gradient of zero: `{code}` starts at zero, as do the other factors"
            ),
        ),
        (
            "data",
            Words(
                headline="{labels} {get} a gradient of zero: `{code}` is zero for every sample",
                why=(
                    "The loss is multiplied by it, and a loss of zero moves nothing. An array of whole "
                    "numbers keeps no fraction: a weight of 0.3 that is written into one is 0."
                ),
                advice='Look at its values; make the array with `dtype="float32"`.',
            ),
        ),
        (
            "unset",
            Words(
                headline="{labels} {get} a gradient of zero: it is multiplied by `{code}`, which stays zero",
                why="This variable does not train, it starts at zero, and nothing that runs writes to it.",
                advice="Call what is to set it before the step, or start it away from zero.",
            ),
        ),
        (
            BEHIND_TEST,
            Words(
                headline="{labels} {get} a gradient of zero: what sets a factor is called behind `{code}`",
                why=(
                    "A variable that does not train starts at zero, and the method that sets it is called "
                    "for what passes this test: nothing that has such a variable does."
                ),
                advice=(
                    "Go through all layers inside, not only the outermost ones (hand the call on to the "
                    "layers that hold others), or call the method of each by name."
                ),
            ),
        ),
        (
            "masked",
            Words(
                headline="{labels} {get} a gradient of zero: `{code}` is zero in that place",
                why=(
                    "These values stand beside others, and a mask is zero for all of them: nothing of the "
                    "loss depends on what they are."
                ),
                advice=(
                    "Let the mask keep their places: 1 keeps one, 0 leaves it out (`constant_values=1` in a "
                    "pad)."
                ),
            ),
        ),
        (
            "number",
            Words(
                headline="{labels} {get} a gradient of zero: `{code}` multiplies by zero",
                why="The gradient of a factor is the other factor, and this one is a number that is zero.",
                advice="Give the term a weight, or leave out what is not meant to train.",
            ),
        ),
    ),
)
