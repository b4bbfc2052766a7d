"""An operation used where its slope is infinite.

## What it does

Flags a square root, a norm, a logarithm, a power below one or an inverse cosine of a value that can lie on
the edge of its domain.

A run that meets what is no number also tells where it comes in with the data, and which learning rate throws
the weights so far off that nothing can hold their gradients.

## Why is this bad

The slope is infinite there, even where the value is finite: the square root of 0 is 0.
One such element makes the gradient of every weight before it infinite or NaN.

## Example

```python
import tensorflow as tf

anchor = tf.Variable([1.0, 2.0], name="anchor")
points = tf.constant([[1.0, 2.0], [3.0, 4.0], [0.0, 6.0]])
for _ in range(2):
    with tf.GradientTape() as tape:
        distances = tf.norm(points - anchor, axis=-1)  # warning: anchor
        loss = tf.reduce_mean(distances)
    gradient = tape.gradient(loss, anchor)
```

```python
import tensorflow as tf


class Entropy(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.scores = self.add_weight(name="scores", shape=[3], initializer="random_normal")

    def call(self, x):
        allowed = tf.constant([1.0, 1.0, 0.0])
        p = tf.nn.softmax(self.scores + (allowed - 1.0) * 1e9)
        return x - tf.reduce_sum(p * tf.math.log(p))  # warning: scores


model = tf.keras.Sequential([Entropy()])
model.compile("sgd", "mse")
model.fit(tf.random.normal([8, 3]), tf.zeros([8, 3]), verbose=0)
```

```python
import tensorflow as tf


class Squashed(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.mean = self.add_weight(name="mean", shape=[3], initializer=tf.keras.initializers.Constant(12.0))

    def call(self, x):
        u = x + self.mean
        action = tf.tanh(u)
        return tf.math.log(1.0 - tf.square(action))  # warning: mean


model = tf.keras.Sequential([Squashed()])
model.compile("sgd", "mse")
model.fit(tf.random.normal([8, 3]), tf.zeros([8, 3]), verbose=0)
```

Keras hands a loss the labels first, whatever its parameters are called, and labels hold zeros.

```python
import tensorflow as tf
from tensorflow.keras import backend as K


def policy_loss(y_pred, y_true):
    return -K.sum(y_true * K.log(y_pred), axis=-1)  # warning: policy


model = tf.keras.Sequential(
    [tf.keras.Input([3]), tf.keras.layers.Dense(2, activation="softmax", name="policy")]
)
model.compile("sgd", policy_loss)
model.fit(tf.random.normal([8, 3]), tf.one_hot([0, 1] * 4, 2), verbose=0)
```

A relative error divides by zero where a label is zero.

```python
import tensorflow as tf


def relative_error(y_true, y_pred):
    return tf.reduce_mean(tf.abs((y_true - y_pred) / y_true), axis=-1)  # warning: shares


model = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(2, name="shares")])
model.compile("sgd", relative_error)
model.fit(tf.random.normal([8, 3]), tf.one_hot([0, 1] * 4, 2), verbose=0)
```

## Use instead

```python
import tensorflow as tf

anchor = tf.Variable([1.0, 2.0], name="anchor")
points = tf.constant([[1.0, 2.0], [3.0, 4.0], [0.0, 6.0]])
for _ in range(2):
    with tf.GradientTape() as tape:
        squares = tf.reduce_sum(tf.square(points - anchor), axis=-1)
        loss = tf.reduce_mean(tf.sqrt(squares + 1e-12))
    anchor.assign_sub(0.1 * tape.gradient(loss, anchor))
```

## Fix

With `--unsafe-fixes`, the argument is kept a little away from the edge; the values near it change by as
little.
A value times its own logarithm becomes `tf.math.xlogy`, and the logarithm of `1 - tanh(u) ** 2` is computed
of `u`, which is exact where the tanh is 1.
Parameters of a loss that are exchanged are put in their order, and what would be divided by zero is left out.

```python
import tensorflow as tf

anchor = tf.Variable([1.0, 2.0], name="anchor")
points = tf.constant([[1.0, 2.0], [3.0, 4.0], [0.0, 6.0]])
for _ in range(2):
    with tf.GradientTape() as tape:
        distances = tf.sqrt(tf.maximum(tf.reduce_sum(tf.square(points - anchor), axis=-1), 1e-12))
        loss = tf.reduce_mean(distances)
    gradient = tape.gradient(loss, anchor)
```

```python
import tensorflow as tf


class Entropy(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.scores = self.add_weight(name="scores", shape=[3], initializer="random_normal")

    def call(self, x):
        allowed = tf.constant([1.0, 1.0, 0.0])
        p = tf.nn.softmax(self.scores + (allowed - 1.0) * 1e9)
        return x - tf.reduce_sum(tf.math.xlogy(p, p))


model = tf.keras.Sequential([Entropy()])
model.compile("sgd", "mse")
model.fit(tf.random.normal([8, 3]), tf.zeros([8, 3]), verbose=0)
```

```python
import tensorflow as tf


class Squashed(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.mean = self.add_weight(name="mean", shape=[3], initializer=tf.keras.initializers.Constant(12.0))

    def call(self, x):
        u = x + self.mean
        action = tf.tanh(u)
        return 2.0 * (tf.math.log(2.0) - u - tf.nn.softplus(-2.0 * u))


model = tf.keras.Sequential([Squashed()])
model.compile("sgd", "mse")
model.fit(tf.random.normal([8, 3]), tf.zeros([8, 3]), verbose=0)
```

```python
import tensorflow as tf
from tensorflow.keras import backend as K


def policy_loss(y_true, y_pred):
    return -K.sum(y_true * K.log(y_pred), axis=-1)


model = tf.keras.Sequential(
    [tf.keras.Input([3]), tf.keras.layers.Dense(2, activation="softmax", name="policy")]
)
model.compile("sgd", policy_loss)
model.fit(tf.random.normal([8, 3]), tf.one_hot([0, 1] * 4, 2), verbose=0)
```

```python
import tensorflow as tf


def relative_error(y_true, y_pred):
    return tf.reduce_mean(tf.abs(tf.math.divide_no_nan(y_true - y_pred, y_true)), axis=-1)


model = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(2, name="shares")])
model.compile("sgd", relative_error)
model.fit(tf.random.normal([8, 3]), tf.one_hot([0, 1] * 4, 2), verbose=0)
```
"""

from __future__ import annotations

from gradcheck.base.exchanged_arguments import EXCHANGED
from gradcheck.report.accounts import QUOTIENT
from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule, Words

_LOGARITHM = Words(
    why=(
        "The logarithm of 0 is minus infinity, and its slope is infinite: a probability that underflows, or "
        "is exactly 0, is enough. One such element spoils the whole sum."
    ),
    advice=(
        "Stay in log space: log_prob(), tf.reduce_logsumexp, tf.nn.log_softmax, losses with "
        "from_logits=True; tf.math.xlogy where the factor beside it is 0 as well. Scale targets whose "
        "likelihood vanishes."
    ),
)
_ROOT = Words(
    why=(
        "The slope of a root is infinite at 0 although its value is finite, and a mask behind it makes NaN "
        "of that. One such element, such as the distance of a thing to itself, spoils the whole sum."
    ),
    advice="Keep what is under the root away from 0: `tf.sqrt(tf.maximum(x, 1e-12))`.",
)
RULE = Rule(
    __name__,
    code="GC706",
    kind=Kind.INFINITE_SLOPE,
    severity=Severity.WARNING,
    since="0.1",
    headline="{labels} {get} an infinite or NaN gradient where `{code}` meets the edge of its domain",
    why=(
        "The slope is infinite there, even where the value is finite: the square root of 0, the norm of "
        "zeros, acos of 1. One such element spoils the whole sum."
    ),
    advice=(
        "Keep away from the edge: add a small constant under the root, clip the argument of acos, use "
        "tf.math.xlogy and the from_logits losses."
    ),
    variants=(
        ("of log", _LOGARITHM),
        ("of sqrt", _ROOT),
        ("of pow", _ROOT),
        (
            EXCHANGED,
            Words(
                headline="{labels} {get} an infinite or NaN gradient: `{code}` is computed of the labels",
                why=(
                    "Keras calls a loss with `(y_true, y_pred)`, by position: here the first is called the "
                    "prediction, so that the logarithm or the quotient is one of the labels, and infinite "
                    "where they are zero."
                ),
                advice="Exchange the two parameters.",
            ),
        ),
        (
            "data",
            Words(
                headline="{labels} {get} a NaN gradient: the data that `{code}` is given hold NaN",
                why="What is no number stays so through all layers: the loss is NaN, and so is its gradient.",
                advice=(
                    "Look where the data are made (`np.isnan(x).any(axis=0)` tells the columns): fill in "
                    "what is missing, drop these rows, divide by no deviation of zero."
                ),
            ),
        ),
        (
            QUOTIENT,
            Words(
                headline="{labels} {get} an infinite or NaN gradient as soon as `{code}` divides by zero",
                why=(
                    "The quotient is infinite there, or no number, and so is its slope. One such element "
                    "spoils the whole sum."
                ),
                advice=(
                    "Leave these elements out (rows without a target, a mask, `tf.math.divide_no_nan`), or "
                    "add a small constant to the divisor."
                ),
            ),
        ),
        (
            "distance",
            Words(
                headline="{labels} {get} a NaN gradient as soon as `{code}` is taken of two equal outputs",
                why=(
                    "Both are outputs of one network: equal inputs give equal outputs, their distance is 0, "
                    "and there the slope of a root is infinite. One pair of a thing with itself in a batch "
                    "spoils all weights."
                ),
                advice=(
                    "Keep the root away from zero: `tf.sqrt(tf.maximum(squares, 1e-12))`. See that no pair "
                    "holds one thing twice."
                ),
            ),
        ),
        (
            "diverges",
            Words(
                headline="{labels} {get} an infinite or NaN gradient: `{code}` makes steps too large",
                why=(
                    "The first gradients were finite. Each step was so large that the next gradient was "
                    "larger still, until no float could hold it."
                ),
                advice=(
                    "Bring inputs and targets to a scale near 1 (subtract the mean, divide by the standard "
                    "deviation), then lower the learning rate or clip the gradients (`clipnorm=1.0`)."
                ),
            ),
        ),
        (
            "labels",
            Words(
                headline="{labels} {get} an infinite or NaN gradient: `{code}` meets zeros among the labels",
                why=(
                    "Labels that are one-hot are zero in all places but one. The logarithm or the quotient "
                    "is infinite there, and so is its slope: times zero that is NaN."
                ),
                advice=(
                    "Keep the labels away from zero, `tf.clip_by_value(y_true, 1e-7, 1.0)`, or leave out "
                    "their own entropy, which no weight changes: a cross-entropy."
                ),
            ),
        ),
        (
            "overflow",
            Words(
                headline="{labels} {get} an infinite or NaN gradient: values overflow at `{code}`",
                why="The values grow until no float can hold them, and what is infinite has no slope.",
                advice=(
                    "Keep the values bounded: an activation that saturates, a gated or orthogonal "
                    "recurrence, normalised inputs, a lower learning rate, the maximum taken off before exp."
                ),
            ),
        ),
    ),
)
