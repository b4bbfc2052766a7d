"""A path that goes through NumPy.

## What it does

Flags a NumPy function, `.numpy()` or `get_weights()` between a weight and the loss, when every path of the
weight goes through it.

## Why is this bad

NumPy computes outside TensorFlow.
What comes back is a constant: the values are right, and the gradient is gone without a warning.
In a traced function (every `fit`) the same line raises instead.

## Example

```python
import numpy as np
import tensorflow as tf


class Decay(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.rate = self.add_weight(name="rate", shape=[3], initializer="ones")

    def call(self, x):
        return x * np.exp(-self.rate.numpy())  # error: rate
```

```python
import numpy as np
import tensorflow as tf

model = tf.keras.Sequential([tf.keras.layers.Dense(1, name="head")])
optimizer = tf.keras.optimizers.SGD(0.1)
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
model(x)
for _ in range(2):
    with tf.GradientTape() as tape:
        residual = np.asarray(model(x)) - y  # error: head
        loss = tf.reduce_mean(tf.square(residual))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
```

```python
import numpy as np
import tensorflow as tf

encoder = tf.keras.layers.Dense(2, name="encoder")
decoder = tf.keras.layers.Dense(3, name="decoder")
optimizer = tf.keras.optimizers.SGD(0.1)
x = tf.random.normal([8, 3])
decoder(encoder(x))
for _ in range(2):
    with tf.GradientTape() as tape:
        mean = encoder(x)
        z = np.random.normal(mean, 0.1).astype("float32")  # error: encoder
        loss = tf.reduce_mean(tf.square(decoder(z) - x))
    variables = encoder.trainable_variables + decoder.trainable_variables
    pairs = zip(tape.gradient(loss, variables), variables)
    optimizer.apply_gradients([pair for pair in pairs if pair[0] is not None])
```

A snapshot in `build()` holds the initial value.

```python
import tensorflow as tf


class Decay(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.rate = self.add_weight(name="rate", shape=[3], initializer="ones")
        self.decay = tf.exp(-self.rate.numpy())  # error: rate

    def call(self, x):
        return x * self.decay
```

## Use instead

```python
import tensorflow as tf


class Decay(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.rate = self.add_weight(name="rate", shape=[3], initializer="ones")

    def call(self, x):
        return x * tf.exp(-self.rate)
```

## Fix

`--fix` puts TensorFlow's function in the place of NumPy's wherever there is one of the same meaning, from
where the value leaves TensorFlow to where it comes back.
Draws of random numbers need `--unsafe-fixes`, because TensorFlow draws others.

```python
import numpy as np
import tensorflow as tf


class Decay(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.rate = self.add_weight(name="rate", shape=[3], initializer="ones")

    def call(self, x):
        return x * tf.exp(-self.rate)
```

```python
import numpy as np
import tensorflow as tf

model = tf.keras.Sequential([tf.keras.layers.Dense(1, name="head")])
optimizer = tf.keras.optimizers.SGD(0.1)
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
model(x)
for _ in range(2):
    with tf.GradientTape() as tape:
        residual = model(x) - y
        loss = tf.reduce_mean(tf.square(residual))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
```

```python
import numpy as np
import tensorflow as tf

encoder = tf.keras.layers.Dense(2, name="encoder")
decoder = tf.keras.layers.Dense(3, name="decoder")
optimizer = tf.keras.optimizers.SGD(0.1)
x = tf.random.normal([8, 3])
decoder(encoder(x))
for _ in range(2):
    with tf.GradientTape() as tape:
        mean = encoder(x)
        z = mean + 0.1 * tf.random.normal(tf.shape(mean))
        loss = tf.reduce_mean(tf.square(decoder(z) - x))
    variables = encoder.trainable_variables + decoder.trainable_variables
    pairs = zip(tape.gradient(loss, variables), variables)
    optimizer.apply_gradients([pair for pair in pairs if pair[0] is not None])
```

What is read before training, `--unsafe-fixes` also evaluates on every call.

```python
import tensorflow as tf


class Decay(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.rate = self.add_weight(name="rate", shape=[3], initializer="ones")

    @property
    def decay(self):
        return tf.exp(-self.rate)

    def call(self, x):
        return x * self.decay
```

## Look-alikes

NumPy constants beside a tensor are constants anyway, and numbers for a log go nowhere.

```python
import numpy as np
import tensorflow as tf

gain = tf.Variable(2.0, name="gain")
history = []
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.square(gain * np.arange(3.0, dtype="float32")))
        history.append(loss.numpy())
    gain.assign_sub(0.01 * tape.gradient(loss, gain))
```
"""

from __future__ import annotations

from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule

RULE = Rule(
    __name__,
    code="GC201",
    kind=Kind.NUMPY,
    severity=Severity.ERROR,
    since="0.1",
    headline="{labels} {get} no gradient: `{code}` leaves TensorFlow",
    why="NumPy computes outside TensorFlow: what comes back is a constant, and no tape can follow it.",
    advice=(
        "Use the TensorFlow or keras.ops function of the same name; keep NumPy for values that no weight is "
        "in."
    ),
)
