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
        self.dense = tf.keras.layers.Dense(2, name="expert")

    def __call__(self, x):
        return self.dense(x)


class Mixture(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.expert = Expert()  # error: expert
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
"""

from __future__ import annotations

from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule, Words

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
    variants=(
        (
            "iterator",
            Words(
                headline="{labels} {is_} not trained: Keras does not look into the iterator `{code}`",
                why=(
                    "Keras finds layers in attributes, lists and dictionaries. An iterator is empty besides "
                    "once it was gone through: later calls find no layer in it."
                ),
                advice="Keep a list: `{code} = list(...)`.",
            ),
        ),
        (
            "kept",
            Words(
                headline="{labels} {is_} not trained: `tf.Module` does not look into what `{code}` makes",
                why=(
                    "A tf.Module lists the variables in its attributes, and in the lists, dicts and modules "
                    "among them. Into objects of plain Python (a dataclass, a namespace) and Keras 3 layers "
                    "it does not look."
                ),
                advice=(
                    "Keep it in an attribute of the module too, make a tf.Module of the class that holds it, "
                    "or list it beside the module's variables."
                ),
            ),
        ),
        (
            "no-model",
            Words(
                headline="{labels} {is_} not trained: no list that is asked for has what `{code}` makes",
                why=(
                    "A tape is asked for the variables of a list. An object lists those that it finds in its "
                    "own parts (a distribution or bijector: in its parameters), and none that a function or "
                    "a structure inside hides."
                ),
                advice=(
                    "Ask for them, too: `[*listed, *made.trainable_variables]`, or for all that the tape has "
                    "seen: `tape.watched_variables()`."
                ),
            ),
        ),
        (
            "loss",
            Words(advice="A loss owns no weights: create it in the model with add_weight(), and hand it in."),
        ),
        (
            "regularizer",
            Words(
                advice="A regularizer owns no weights: create it in the layer with add_weight(), and add the "
                "penalty with add_loss()."
            ),
        ),
        (
            "module",
            Words(
                advice="Make the tf.Module a Keras layer that creates it with self.add_weight(), or list its "
                "variables beside the model's in a loop of your own."
            ),
        ),
        (
            "object",
            Words(advice="Make the class a Keras layer, or keep the layers it holds in the model as well."),
        ),
        (
            "nothing",
            Words(advice="Create it in a layer, with self.add_weight() in build(), and read it in call()."),
        ),
    ),
)
