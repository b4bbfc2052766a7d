"""A weight read as a plain Python number.

## What it does

Flags `float()`, `int()`, `bool()` and `.item()` of a tensor, when every path of a weight goes through the
number.

## Why is this bad

A Python number carries no gradient.
What happens depends on where the line runs: on an eager tape the weight gets none, `fit` under Keras 3
raises, and `fit` under Keras 2 happens to work, because it rewrites the call as `tf.cast`.

## Example

```python
import tensorflow as tf

temperature = tf.Variable(2.0, name="temperature")
logits = tf.constant([1.0, 2.0, 4.0])
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = -tf.nn.log_softmax(logits / float(temperature))[0]  # error: temperature
    gradient = tape.gradient(loss, temperature)
```

## Use instead

```python
import tensorflow as tf

temperature = tf.Variable(2.0, name="temperature")
logits = tf.constant([1.0, 2.0, 4.0])
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = -tf.nn.log_softmax(logits / temperature)[0]
    gradient = tape.gradient(loss, temperature)
    temperature.assign_sub(0.1 * gradient)
```

## Fix

With `--unsafe-fixes`, the tensor is used as it is; a log that keeps it then keeps a tensor.

```python
import tensorflow as tf

temperature = tf.Variable(2.0, name="temperature")
logits = tf.constant([1.0, 2.0, 4.0])
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = -tf.nn.log_softmax(logits / temperature)[0]
    gradient = tape.gradient(loss, temperature)
```

## Look-alikes

Numbers that are printed or kept for a log leave the path alone.

```python
import tensorflow as tf

gain = tf.Variable(2.0, name="gain")
losses = []
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.square(gain - 1.0)
    losses.append(float(loss))
    gain.assign_sub(0.1 * tape.gradient(loss, gain))
```
"""

from __future__ import annotations

from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule

RULE = Rule(
    __name__,
    code="GC203",
    kind=Kind.PYTHON_NUMBER,
    severity=Severity.ERROR,
    since="0.1",
    headline="{labels} {get} no gradient: `{code}` is a plain Python number",
    why=(
        "float(), int(), bool() and .item() read the value out of TensorFlow; a Python number carries no "
        "gradient."
    ),
    advice="Keep it a tensor: use the weight as it is, and tf.cast between float types.",
)
