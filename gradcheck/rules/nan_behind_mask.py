"""A mask that hides a value and not its gradient.

## What it does

Flags `tf.where` around an operation whose slope is infinite at the values that are masked out: a logarithm, a
division, a power below one, a square root or a norm.
Flags a mask that is multiplied by infinity, too: where it is zero, the product is no number.

## Why is this bad

`tf.where` evaluates both branches and picks one.
On the way back the hidden branch is multiplied by zero, and zero times infinity is NaN.
The loss looks right, and after one step every weight is NaN.
The square root is a special case: its kernel for the CPU answers a gradient of zero with zero, the same model
compiled by XLA, as `fit` of Keras 3 does by default, gets NaN.

## Example

```python
import tensorflow as tf

x = tf.constant([[0.0, 1.0, 4.0]])


class Logarithm(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3], initializer="ones")

    def call(self, x):
        scaled = x * self.gain
        return tf.where(scaled > 0.0, tf.math.log(scaled), 0.0)  # warning: gain
```

```python
import tensorflow as tf

x = tf.constant([[0.0, 1.0, 4.0]])


class Share(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3], initializer="ones")

    def call(self, x):
        scaled = x * self.gain
        share = scaled / tf.stop_gradient(scaled)  # warning: gain
        return tf.where(tf.math.is_nan(share), 0.0, share)
```

```python
import tensorflow as tf

encoder = tf.keras.layers.Dense(4, name="encoder")
x = tf.random.normal([4, 3])
for _ in range(2):
    with tf.GradientTape() as tape:
        codes = encoder(x)
        logits = tf.matmul(codes, codes, transpose_b=True)
        logits = logits - tf.eye(4) * tf.experimental.numpy.inf  # warning: encoder
        loss = tf.reduce_mean(tf.reduce_logsumexp(logits, axis=1))
    gradients = tape.gradient(loss, encoder.trainable_variables)
```

A mask that is multiplied takes no missing label out.

```python
import tensorflow as tf


def masked_error(y_true, y_pred):
    mask = tf.cast(tf.logical_not(tf.math.is_nan(y_true)), tf.float32)
    error = tf.square(y_true - y_pred)  # warning: head
    return tf.reduce_sum(mask * error) / tf.reduce_sum(mask)


model = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(1, name="head")])
model.compile("sgd", masked_error)
y = tf.constant([[1.0], [float("nan")]] * 4)
model.fit(tf.random.normal([8, 3]), y, verbose=0)
```

## Use instead

```python
import tensorflow as tf

x = tf.constant([[0.0, 1.0, 4.0]])


class Logarithm(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3], initializer="ones")

    def call(self, x):
        scaled = x * self.gain
        safe = tf.where(scaled > 0.0, scaled, 1.0)
        return tf.where(scaled > 0.0, tf.math.log(safe), 0.0)
```

## Fix

`--fix` keeps what is masked out away from the operation, by a second `where` with the same mask.
Where the mask asks whether the result is finite, the argument is asked instead; a quotient is divided so that
nothing by zero is zero, with `--unsafe-fixes`.
It puts a large number in the place of infinity that a mask is multiplied by.

```python
import tensorflow as tf

x = tf.constant([[0.0, 1.0, 4.0]])


class Logarithm(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3], initializer="ones")

    def call(self, x):
        scaled = x * self.gain
        safe_scaled = tf.where(scaled > 0.0, scaled, 1.0)
        return tf.where(scaled > 0.0, tf.math.log(safe_scaled), 0.0)
```

```python
import tensorflow as tf

x = tf.constant([[0.0, 1.0, 4.0]])


class Share(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3], initializer="ones")

    def call(self, x):
        scaled = x * self.gain
        share = tf.math.divide_no_nan(scaled, tf.stop_gradient(scaled))
        return tf.where(tf.math.is_nan(share), 0.0, share)
```

They put zeros in the place of missing labels, with `--unsafe-fixes`.

```python
import tensorflow as tf


def masked_error(y_true, y_pred):
    mask = tf.cast(tf.logical_not(tf.math.is_nan(y_true)), tf.float32)
    y_true = tf.where(tf.math.is_nan(y_true), tf.zeros_like(y_true), y_true)
    error = tf.square(y_true - y_pred)
    return tf.reduce_sum(mask * error) / tf.reduce_sum(mask)


model = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(1, name="head")])
model.compile("sgd", masked_error)
y = tf.constant([[1.0], [float("nan")]] * 4)
model.fit(tf.random.normal([8, 3]), y, verbose=0)
```

## Look-alikes

A branch with a finite slope everywhere may be masked as it is.

```python
import tensorflow as tf

x = tf.constant([[0.0, 1.0, 4.0]])


class Curve(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3], initializer="ones")

    def call(self, x):
        scaled = x * self.gain
        return tf.where(scaled > 0.0, tf.square(scaled), 0.0)
```
"""

from __future__ import annotations

from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule, Words

RULE = Rule(
    __name__,
    code="GC705",
    kind=Kind.NAN_BEHIND_MASK,
    severity=Severity.WARNING,
    since="0.1",
    headline="{labels} {get} a NaN gradient as soon as `{code}` is not finite behind the mask",
    why=(
        "tf.where evaluates both branches. On the way back the hidden one is multiplied by zero, and zero "
        "times infinity is NaN."
    ),
    advice="Make the argument safe as well: `tf.where(mask, f(tf.where(mask, x, 1.0)), 0.0)`.",
    variants=(
        (
            "times",
            Words(
                headline=(
                    "{labels} {get} a NaN gradient as soon as `{code}` is not finite: zero times it is NaN"
                ),
                why=(
                    "A mask that is multiplied takes nothing out: zero times NaN or infinity is NaN, in the "
                    "value and on the way back."
                ),
                advice=(
                    "Choose with tf.where, and make the argument safe as well: "
                    "`tf.where(mask, f(tf.where(mask, x, 1.0)), 0.0)`."
                ),
            ),
        ),
        (
            "taken out",
            Words(
                headline="{labels} {get} a NaN gradient as soon as `{code}` is not finite behind the mask",
                why=(
                    "tf.boolean_mask leaves out results that were computed all the same. On the way back they"
                    " are given zero, and zero times infinity is NaN."
                ),
                advice="Apply tf.boolean_mask to the arguments, before they are computed with.",
            ),
        ),
        (
            "product",
            Words(
                headline="{labels} {get} a NaN gradient: `{code}` is NaN wherever the mask is zero",
                why="Zero times infinity is no number, and what it is added to is none any more.",
                advice="Multiply the mask by a large number (1e9), or choose with tf.where.",
            ),
        ),
    ),
)
