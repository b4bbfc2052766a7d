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

A `tf.Module` is an object of another class, and `setdefault` stores an entry behind the back of Keras 3.

```python
import tensorflow as tf


class Bank(tf.Module):
    def __init__(self, name=None):
        super().__init__(name=name)
        self.kernels = tf.Variable(tf.random.normal([3, 2]) * 0.1, name="kernels")

    def __call__(self, x):
        return x @ self.kernels


class Scorer(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.bank = Bank()  # error[keras3]: kernels
        self.head = tf.keras.layers.Dense(2)

    def call(self, x):
        return self.head(self.bank(x))


model = Scorer()
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 2]), verbose=0)
```

```python
import tensorflow as tf


class Heads(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.trunk = tf.keras.layers.Dense(3, name="trunk")
        self.heads = {}

    def head(self, task):
        return self.heads.setdefault(task, tf.keras.layers.Dense(2, name="head"))  # error[keras3]: head

    def call(self, x):
        return self.head("age")(self.trunk(x))


model = Heads()
model(tf.ones([8, 3]))
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 2]), verbose=0)
```

A layer that is made in `call()` is another one at every call, and one in a `Lambda` layer is in its closure.

```python
import tensorflow as tf


class Gated(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.head = tf.keras.layers.Dense(2, name="head")

    def call(self, x):
        gate = tf.keras.layers.Dense(x.shape[-1], activation="sigmoid", name="gate")(x)  # error: gate
        return self.head(x * gate)
```

```python
import tensorflow as tf
from tensorflow.keras import layers

gate = layers.Dense(3, activation="sigmoid", name="gate")
gate(tf.ones([1, 3]))

inputs = layers.Input([3])
gated = layers.Lambda(lambda t: t * gate(t))(inputs)  # error: gate
model = tf.keras.Model(inputs, layers.Dense(2)(gated))
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 2]), verbose=0)
```

So is a variable in a `Lambda` layer, and a layer that only a function holds.

```python
import tensorflow as tf

log_rate = tf.Variable(0.5, name="log_rate")

inputs = tf.keras.Input([3])
x = tf.keras.layers.Dense(2)(inputs)
x = tf.keras.layers.Lambda(lambda t: t * tf.exp(log_rate), name="rate")(x)  # error: log_rate
model = tf.keras.Model(inputs, x)
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 2]), verbose=0)
```

```python
import tensorflow as tf


def residual(units):
    dense = tf.keras.layers.Dense(units, name="inner")  # error: inner

    def apply(x):
        return x + dense(x)

    return apply


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.block = residual(3)
        self.head = tf.keras.layers.Dense(2, name="head")

    def call(self, x):
        return self.head(self.block(x))


model = Net()
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 2]), verbose=0)
```

A variable of the module is in no attribute at all.

```python
import tensorflow as tf

log_scale = tf.Variable(0.0, name="log_scale")


class Scaled(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.head = tf.keras.layers.Dense(2, name="head")

    def call(self, x):
        return self.head(x) * tf.exp(log_scale)  # error: log_scale


model = Scaled()
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 2]), verbose=0)
```

An object of TensorFlow Probability is one more of another class.

```python
import tensorflow as tf
import tensorflow_probability as tfp


class Standardise(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.scale = tfp.util.TransformedVariable(2.0, tfp.bijectors.Exp(), name="std")  # error[keras3]: std
        self.head = tf.keras.layers.Dense(2)

    def call(self, x):
        return self.head(x / self.scale)


model = tf.keras.Sequential([Standardise()])
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

## Fix

`--fix` adds the weight with `self.add_weight()`: the first value, type and name stay.

```python
import tensorflow as tf


class Scale(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.gain = self.add_weight(name="gain", shape=(), initializer="ones")
        self.head = tf.keras.layers.Dense(2)

    def call(self, x):
        return self.head(x) * self.gain


model = tf.keras.Sequential([Scale()])
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 2]), verbose=0)
```

A variable that is transformed becomes a weight and a property of its name.

```python
import tensorflow as tf
import tensorflow_probability as tfp


class Standardise(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.raw_scale = self.add_weight(
            name="std",
            shape=(),
            initializer=lambda shape, dtype=None: tfp.bijectors.Exp().inverse(2.0),
        )
        self.head = tf.keras.layers.Dense(2)

    @property
    def scale(self):
        return tfp.bijectors.Exp()(self.raw_scale)

    def call(self, x):
        return self.head(x / self.scale)


model = tf.keras.Sequential([Standardise()])
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 2]), verbose=0)
```

Layers in an object or a deque are listed in an attribute too.

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
        self.expert = Expert()
        self.expert_layers = [self.expert.dense]
        self.gate = tf.keras.layers.Dense(2, name="gate")

    def call(self, x):
        return self.gate(x) + self.expert(x)


model = Mixture()
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 2]), verbose=0)
```

The function of a `Lambda` layer is called without it, if Keras can follow all that it does.

```python
import tensorflow as tf
from tensorflow.keras import layers

gate = layers.Dense(3, activation="sigmoid", name="gate")
gate(tf.ones([1, 3]))

inputs = layers.Input([3])
gated = inputs * gate(inputs)
model = tf.keras.Model(inputs, layers.Dense(2)(gated))
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 2]), verbose=0)
```

`--unsafe-fixes` makes a layer of a `tf.Module`, or of a class without a base that holds variables.

```python
import tensorflow as tf


class Bank(tf.keras.layers.Layer):
    def __init__(self, name=None):
        super().__init__(name=name)
        self.kernels = self.add_weight(
            name="kernels",
            shape=[3, 2],
            initializer=lambda shape, dtype=None: tf.random.normal(shape) * 0.1,
        )

    def call(self, x):
        return x @ self.kernels


class Scorer(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.bank = Bank()
        self.head = tf.keras.layers.Dense(2)

    def call(self, x):
        return self.head(self.bank(x))


model = Scorer()
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 2]), verbose=0)
```

It makes one of another function in a `Lambda` layer, and of one that holds layers.

```python
import tensorflow as tf

inputs = tf.keras.Input([3])
x = tf.keras.layers.Dense(2)(inputs)


class Rate(tf.keras.layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.log_rate = self.add_weight(
            name="log_rate",
            shape=(),
            initializer=tf.keras.initializers.Constant(0.5),
        )

    def call(self, t):
        return t * tf.exp(self.log_rate)


x = Rate(name="rate")(x)
model = tf.keras.Model(inputs, x)
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 2]), verbose=0)
```

```python
import tensorflow as tf


class Residual(tf.keras.layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.dense = tf.keras.layers.Dense(units, name="inner")

    def call(self, x):
        return x + self.dense(x)


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.block = Residual(3)
        self.head = tf.keras.layers.Dense(2, name="head")

    def call(self, x):
        return self.head(self.block(x))


model = Net()
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 2]), verbose=0)
```

A variable of the module that one layer uses becomes its weight.

```python
import tensorflow as tf


class Scaled(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.head = tf.keras.layers.Dense(2, name="head")
        self.log_scale = self.add_weight(name="log_scale", shape=(), initializer="zeros")

    def call(self, x):
        return self.head(x) * tf.exp(self.log_scale)


model = Scaled()
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 2]), verbose=0)
```

An entry is stored by assignment, which Keras 3 allows until the layer is built.

```python
import tensorflow as tf


class Heads(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.trunk = tf.keras.layers.Dense(3, name="trunk")
        self.heads = {}

    def head(self, task):
        if task not in self.heads:
            self.heads[task] = tf.keras.layers.Dense(2, name="head")
        return self.heads[task]

    def call(self, x):
        return self.head("age")(self.trunk(x))


model = Heads()
model(tf.ones([8, 3]))
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 2]), verbose=0)
```

A layer that is made anew at every call is made once.

```python
import tensorflow as tf


class Gated(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.head = tf.keras.layers.Dense(2, name="head")

    def build(self, input_shape):
        self.gate = tf.keras.layers.Dense(input_shape[-1], activation="sigmoid", name="gate")

    def call(self, x):
        gate = self.gate(x)
        return self.head(x * gate)
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
