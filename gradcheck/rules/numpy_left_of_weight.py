"""NumPy on the left of a weight.

## What it does

Flags an operator with a NumPy value on its left and a bare weight on its right.

## Why is this bad

NumPy's operator asks the right side for an array.
A `keras.Variable` hands one out, so under Keras 3 NumPy computes the result, and it is a constant: the weight
gets no gradient, and in `fit` the line raises.
Under Keras 2 the weight is a `tf.Variable`, which tells NumPy to stand back.

## Example

```python
import numpy as np
import tensorflow as tf


class Scale(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3], initializer="ones")

    def call(self, x):
        return x * (np.sqrt(3.0) * self.gain)  # error[keras3]: gain
```

## Use instead

A Python number takes no side.

```python
import math

import tensorflow as tf


class Scale(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3], initializer="ones")

    def call(self, x):
        return x * (math.sqrt(3.0) * self.gain)
```

## Fix

`--fix` makes a tensor of the weight's type of the NumPy value.

```python
import numpy as np
import tensorflow as tf


class Scale(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3], initializer="ones")

    def call(self, x):
        return x * (tf.cast(np.sqrt(3.0), self.gain.dtype) * self.gain)
```

## Look-alikes

With a tensor on the right, or the weight on the left, TensorFlow does the work.
The weight on the left of a `float64` raises under Keras 3, so mind the type.

```python
import numpy as np
import tensorflow as tf


class Scale(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3], initializer="ones")

    def call(self, x):
        return np.float32(2.0) * (x * self.gain) + self.gain * np.float32(3.0)
```
"""

from __future__ import annotations

from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule

RULE = Rule(
    __name__,
    code="GC202",
    kind=Kind.NUMPY_LEFT,
    severity=Severity.ERROR,
    since="0.1",
    headline=(
        "{labels} {get} no gradient under Keras 3: NumPy evaluates `{code}`, because its left side is a "
        "NumPy value"
    ),
    why=(
        "NumPy's operator asks the right side for an array, and a keras.Variable hands one out: the result "
        "is a NumPy constant. Under Keras 2 the weight is a tf.Variable, which takes the operation over."
    ),
    advice=(
        "Turn the NumPy value into a Python float or a tensor of the weight's type first, as in "
        "`float(np.sqrt(3.0)) * weight`."
    ),
)
