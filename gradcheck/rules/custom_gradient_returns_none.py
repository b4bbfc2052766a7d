"""A gradient written by hand that leaves an argument out.

## What it does

Flags a function under `tf.custom_gradient` whose inner function returns None for an argument that a weight
comes in by, when there is no other path.

## Why is this bad

The function's own operations are not differentiated: what the inner function returns is all there is.
None in one place ends the path of that argument.

## Example

```python
import tensorflow as tf


@tf.custom_gradient
def scaled(x, gain):
    def gradient(upstream):
        return upstream * gain, None  # error: gain

    return x * gain, gradient


class Scale(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3], initializer="ones")

    def call(self, x):
        return scaled(x, tf.convert_to_tensor(self.gain))
```

## Use instead

```python
import tensorflow as tf


@tf.custom_gradient
def scaled(x, gain):
    def gradient(upstream):
        return upstream * gain, tf.reduce_sum(upstream * x, axis=0)

    return x * gain, gradient


class Scale(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3], initializer="ones")

    def call(self, x):
        return scaled(x, tf.convert_to_tensor(self.gain))
```

## Fix

`--unsafe-fixes` has a tape compute the gradient that was left out, from what the function returns.

```python
import tensorflow as tf


@tf.custom_gradient
def scaled(x, gain):
    def gradient(upstream):
        with tf.GradientTape() as tape:
            tape.watch(gain)
            value = x * gain
        return upstream * gain, tape.gradient(value, gain, output_gradients=upstream)

    return x * gain, gradient


class Scale(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3], initializer="ones")

    def call(self, x):
        return scaled(x, tf.convert_to_tensor(self.gain))
```

## Look-alikes

None for an argument that no weight comes in by costs nothing.

```python
import tensorflow as tf


@tf.custom_gradient
def reversed_gradient(x, strength):
    def gradient(upstream):
        return -strength * upstream, None

    return tf.identity(x), gradient


class Adversary(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3], initializer="ones")

    def call(self, x):
        return reversed_gradient(x * self.gain, 0.5)
```
"""

from __future__ import annotations

from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule, Words

RULE = Rule(
    __name__,
    code="GC308",
    kind=Kind.CUSTOM_GRADIENT,
    severity=Severity.ERROR,
    since="0.1",
    headline="{labels} {get} no gradient: `{code}` gives none back",
    why=(
        "A function under tf.custom_gradient has the gradient that its inner function returns, and no "
        "other; None ends the path."
    ),
    advice="Return one gradient for each argument, in their order, and those of the variables besides.",
    variants=(
        (
            "closure",
            Words(
                headline="{labels} {get} no gradient: `{code}` is for the arguments, not for a closure",
                why=(
                    "A function under tf.custom_gradient has a gradient for the arguments that it is handed, "
                    "and for nothing else that it reads."
                ),
                advice="Hand the value in as an argument, and return one gradient more.",
            ),
        ),
        (
            "factor",
            Words(
                headline="{labels} {get} a gradient of zero: what goes back is multiplied by `{code}`",
                why=(
                    "The function's own gradient scales what comes back, as a gradient reversal does, and "
                    "this is the scale in every call: nothing arrives."
                ),
                advice="Hand over the strength that is meant; a default of zero is what stays.",
            ),
        ),
        (
            "zeros",
            Words(
                headline="{labels} {get} a gradient of zero: `{code}` gives zeros back",
                why=(
                    "A function under tf.custom_gradient has the gradient that its inner function returns, "
                    "and no other; what it returns here is zero, whatever comes in."
                ),
                advice=(
                    "Return the derivative by each argument that trains, and what the backward pass adds up "
                    "for the variables."
                ),
            ),
        ),
    ),
)
