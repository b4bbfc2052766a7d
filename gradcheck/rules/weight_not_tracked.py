"""A weight that Keras does not know of.

## What it does

Flags a trainable variable or layer that takes part in a model and is not in its `trainable_variables`.

## Why is this bad

An optimizer updates what the model lists, so this weight keeps its initial value, and it is not saved with
the model either.
Keras looks into attributes, lists, tuples and dictionaries of a layer.
It does not look into objects of other classes, deques, closures and lambdas.
Under Keras 3 a plain `tf.Variable`, a `tf.Module` and an object of TensorFlow Probability are not listed even
in an attribute; under Keras 2 they are.

## Example

```python
import tensorflow as tf


class Scale(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.gain = tf.Variable(1.0, name="gain")  # error[keras3]: gain
        self.head = tf.keras.layers.Dense(2)

    def call(self, x):
        return self.head(x) * self.gain


model = tf.keras.Sequential([Scale()])
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 2]), verbose=0)
```

Neither Keras looks into an object of another class.

```python
import tensorflow as tf


class Expert:
    def __init__(self):
        self.dense = tf.keras.layers.Dense(2, name="expert")  # error: expert

    def __call__(self, x):
        return self.dense(x)


class Mixture(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.expert = Expert()
        self.gate = tf.keras.layers.Dense(2, name="gate")

    def call(self, x):
        return self.gate(x) + self.expert(x)


model = Mixture()
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 2]), verbose=0)
```

## Use instead

```python
import tensorflow as tf


class Scale(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.head = tf.keras.layers.Dense(2)

    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[], initializer="ones")

    def call(self, x):
        return self.head(x) * self.gain


model = tf.keras.Sequential([Scale()])
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 2]), verbose=0)
```

## Look-alikes

Tuples, nested lists and dictionaries are looked into by both.

```python
import tensorflow as tf


class Mixture(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.experts = {"both": (tf.keras.layers.Dense(2), [tf.keras.layers.Dense(2)])}

    def call(self, x):
        first, (second,) = self.experts["both"]
        return first(x) + second(x)


model = Mixture()
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 2]), verbose=0)
```
"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts import Facts
from gradcheck.finding import Finding
from gradcheck.kinds import Kind, Severity
from gradcheck.rule import Rule

RULE = Rule(
    __name__,
    code="GC601",
    kind=Kind.UNTRACKED,
    severity=Severity.ERROR,
    since="0.1",
    headline="{labels} {is_} not trained: Keras does not list what `{code}` brings in",
    why=(
        "Keras trains the weights it finds in a layer's attributes, lists and dictionaries. Objects of "
        "other classes and closures it does not look into; under Keras 3 it does not list a tf.Variable or "
        "a tf.Module either."
    ),
    advice="Create it with self.add_weight(), or keep the layer that owns it in an attribute of this one.",
)


def check(facts: Facts) -> Iterator[Finding]:
    """Each weight that its model does not list."""
    return RULE.every(facts)
