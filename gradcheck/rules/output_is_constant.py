"""An output that is the same for every input.

## What it does

Flags a softmax over an axis of length one, a dropout that drops everything, and their like on the only path
of a weight.

## Why is this bad

The output does not change with the weights, so every gradient is exactly zero.
Keras neither warns nor raises; the loss stands still.

## Example

```python
import tensorflow as tf

model = tf.keras.Sequential(
    [
        tf.keras.layers.Dense(4, activation="tanh", name="hidden"),
        tf.keras.layers.Dense(1, activation="softmax", name="defect"),  # error: hidden, defect
    ]
)
model.compile("sgd", "mse")
model.fit(tf.random.normal([8, 3]), tf.zeros([8, 1]), verbose=0)
```

The scores of an attention, one a step, have the steps on another axis.

```python
import tensorflow as tf


class Pool(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.score = tf.keras.layers.Dense(1, name="score")

    def call(self, steps):
        weights = tf.nn.softmax(self.score(steps))  # error: score
        return tf.reduce_sum(weights * steps, axis=1)


model = tf.keras.Sequential([Pool(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.random.normal([8, 4, 3]), tf.zeros([8, 1]), verbose=0)
```

A dropout is told what to drop, not what to keep.

```python
import keras

KEEP = 1.0
model = keras.Sequential(
    [
        keras.layers.Dense(4, activation="tanh", name="hidden"),
        keras.layers.Dropout(KEEP),  # error[keras3]: hidden
        keras.layers.Dense(1, name="head"),  # probe: head
    ]
)
model.compile("sgd", "mse")
model.fit(keras.ops.ones([8, 3]), keras.ops.ones([8, 1]), verbose=0)
```

An attention to one token has nothing to choose.

```python
import tensorflow as tf

features = tf.keras.Input([6])
tokens = tf.keras.layers.Reshape((1, 6))(features)  # error: attention
tokens = tf.keras.layers.Dense(4)(tokens)
attended = tf.keras.layers.MultiHeadAttention(2, 4, name="attention")(tokens, tokens)
score = tf.keras.layers.Dense(1)(tf.keras.layers.GlobalAveragePooling1D()(attended))
model = tf.keras.Model(features, score)
model.compile("sgd", "mse")
model.fit(tf.random.normal([8, 6]), tf.ones([8, 1]), verbose=0)
```

A policy over itself is one.

```python
import tensorflow as tf

actor = tf.keras.layers.Dense(3, name="actor")
states, actions = tf.random.normal([8, 4]), tf.one_hot([0, 1, 2, 0, 1, 2, 0, 1], 3)
advantage = tf.random.normal([8])
actor(states)
for _ in range(2):
    with tf.GradientTape() as tape:
        log_probability = tf.reduce_sum(tf.nn.log_softmax(actor(states)) * actions, axis=1)
        old_log_probability = tf.reduce_sum(tf.nn.log_softmax(actor(states)) * actions, axis=1)
        ratio = tf.exp(log_probability - old_log_probability)  # error: actor
        loss = -tf.reduce_mean(ratio * advantage)
    gradients = tape.gradient(loss, actor.trainable_variables)
```

So is what a sum over the wrong axis leaves: it takes back what it is made of.

```python
import tensorflow as tf


def partial_likelihood(event, risk):
    at_risk = tf.math.cumulative_logsumexp(risk, axis=-1)
    return tf.reduce_sum((at_risk - risk) * event)  # probe: kernel


model = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(1, use_bias=False, name="risk")])
model.compile("sgd", partial_likelihood)
model.fit(tf.random.normal([8, 3]), tf.ones([8, 1]), verbose=0)
```

A loss of Keras takes a distribution for the tensor that its layer makes of it: the mean alone.

```python
import tensorflow as tf
import tensorflow_probability as tfp
import tf_keras

inputs = tf_keras.Input([3])
mean = tf_keras.layers.Dense(1, name="mean")(inputs)
width = tf_keras.layers.Dense(1, activation="softplus", name="width")(inputs)
forecast = tfp.layers.DistributionLambda(
    lambda t: tfp.distributions.Normal(t[0], t[1]),
    convert_to_tensor_fn=tfp.distributions.Distribution.mean,  # error: width
)([mean, width])
model = tf_keras.Model(inputs, forecast)
model.compile("sgd", "mse")
model.fit(tf.random.normal([8, 3]), tf.ones([8, 1]), verbose=0)
```

## Use instead

```python
import tensorflow as tf

model = tf.keras.Sequential(
    [
        tf.keras.layers.Dense(4, activation="tanh", name="hidden"),
        tf.keras.layers.Dense(1, activation="sigmoid", name="defect"),
    ]
)
model.compile("sgd", "mse")
model.fit(tf.random.normal([8, 3]), tf.zeros([8, 1]), verbose=0)
```

## Fix

With `--unsafe-fixes`, one unit gets a sigmoid, a softmax whose result is summed over another axis takes that
axis, a dropout is given 1 minus what it was given, and what was one token becomes a token per feature.

```python
import tensorflow as tf

model = tf.keras.Sequential(
    [
        tf.keras.layers.Dense(4, activation="tanh", name="hidden"),
        tf.keras.layers.Dense(1, activation="sigmoid", name="defect"),
    ]
)
model.compile("sgd", "mse")
model.fit(tf.random.normal([8, 3]), tf.zeros([8, 1]), verbose=0)
```

```python
import tensorflow as tf


class Pool(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.score = tf.keras.layers.Dense(1, name="score")

    def call(self, steps):
        weights = tf.nn.softmax(self.score(steps), axis=1)
        return tf.reduce_sum(weights * steps, axis=1)


model = tf.keras.Sequential([Pool(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.random.normal([8, 4, 3]), tf.zeros([8, 1]), verbose=0)
```

```python
import keras

KEEP = 1.0
model = keras.Sequential(
    [
        keras.layers.Dense(4, activation="tanh", name="hidden"),
        keras.layers.Dropout(1.0 - KEEP),
        keras.layers.Dense(1, name="head"),
    ]
)
model.compile("sgd", "mse")
model.fit(keras.ops.ones([8, 3]), keras.ops.ones([8, 1]), verbose=0)
```

```python
import tensorflow as tf

features = tf.keras.Input([6])
tokens = tf.keras.layers.Reshape((6, 1))(features)
tokens = tf.keras.layers.Dense(4)(tokens)
attended = tf.keras.layers.MultiHeadAttention(2, 4, name="attention")(tokens, tokens)
score = tf.keras.layers.Dense(1)(tf.keras.layers.GlobalAveragePooling1D()(attended))
model = tf.keras.Model(features, score)
model.compile("sgd", "mse")
model.fit(tf.random.normal([8, 6]), tf.ones([8, 1]), verbose=0)
```

They stop the gradient of what is meant to be old.

```python
import tensorflow as tf

actor = tf.keras.layers.Dense(3, name="actor")
states, actions = tf.random.normal([8, 4]), tf.one_hot([0, 1, 2, 0, 1, 2, 0, 1], 3)
advantage = tf.random.normal([8])
actor(states)
for _ in range(2):
    with tf.GradientTape() as tape:
        log_probability = tf.reduce_sum(tf.nn.log_softmax(actor(states)) * actions, axis=1)
        old_log_probability = tf.reduce_sum(tf.nn.log_softmax(actor(states)) * actions, axis=1)
        ratio = tf.exp(log_probability - tf.stop_gradient(old_log_probability))
        loss = -tf.reduce_mean(ratio * advantage)
    gradients = tape.gradient(loss, actor.trainable_variables)
```

They go along the batch, where the other axis has one entry.

```python
import tensorflow as tf


def partial_likelihood(event, risk):
    at_risk = tf.math.cumulative_logsumexp(risk, axis=0)
    return tf.reduce_sum((at_risk - risk) * event)


model = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(1, use_bias=False, name="risk")])
model.compile("sgd", partial_likelihood)
model.fit(tf.random.normal([8, 3]), tf.ones([8, 1]), verbose=0)
```

They train a distribution on its density.

```python
import tensorflow as tf
import tensorflow_probability as tfp
import tf_keras

inputs = tf_keras.Input([3])
mean = tf_keras.layers.Dense(1, name="mean")(inputs)
width = tf_keras.layers.Dense(1, activation="softplus", name="width")(inputs)
forecast = tfp.layers.DistributionLambda(
    lambda t: tfp.distributions.Normal(t[0], t[1]),
    convert_to_tensor_fn=tfp.distributions.Distribution.mean,
)([mean, width])
model = tf_keras.Model(inputs, forecast)
model.compile("sgd", lambda y, dist: -dist.log_prob(y))
model.fit(tf.random.normal([8, 3]), tf.ones([8, 1]), verbose=0)
```

## Look-alikes

A softmax over several classes is as it should be.

```python
import tensorflow as tf

model = tf.keras.Sequential(
    [
        tf.keras.layers.Dense(1, activation="tanh", name="squeeze"),
        tf.keras.layers.Dense(2, activation="softmax", name="classes"),
    ]
)
model.compile("sgd", "sparse_categorical_crossentropy")
model.fit(tf.random.normal([8, 3]), tf.zeros([8, 1]), verbose=0)
```
"""

from __future__ import annotations

from gradcheck.report.accounts import STATISTIC
from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule, Words

_SOFTMAX = Words(
    why="A softmax over an axis of length one is 1, whatever comes in: its slope is zero everywhere.",
    advice=(
        "Take it over the axis along which the weights are to add up to one (attention over time: axis=1); "
        "for a single unit use a sigmoid."
    ),
)
RULE = Rule(
    __name__,
    code="GC701",
    kind=Kind.CONSTANT_OUTPUT,
    severity=Severity.ERROR,
    since="0.1",
    headline="{labels} {get} a gradient of zero: `{code}` is the same for every input",
    why=(
        "A softmax over one element is 1, a normalization of one feature and dropping everything leave 0, "
        "whatever comes in: the slope is zero everywhere."
    ),
    advice=(
        "Use a sigmoid for one unit, an axis longer than one for a softmax or a normalization, and a dropout "
        "rate below 1."
    ),
    variants=(
        ("of softmax", _SOFTMAX),
        (
            "shape",
            Words(
                headline="{labels} {get} no gradient: `{code}` takes nothing but a shape",
                why="Zeros and ones in the shape of a value are the same whatever it holds: it ends here.",
                advice="Let the value itself go on; if a test leads here, it should have gone the other way.",
            ),
        ),
        (
            STATISTIC,
            Words(
                headline="{labels} {get} no gradient: `{code}` does not depend on it",
                why=(
                    "The mean of a distribution like this only depends on where it lies, and its spread only "
                    "on how wide it is: the other parameters have no part in it."
                ),
                advice=(
                    "Train with the negative of its `log_prob`, which all parameters have a part in, or add "
                    "a term that has one; else leave the parameter a constant."
                ),
            ),
        ),
        (
            "batch of one",
            Words(
                headline="{labels} {get} a gradient of zero: `{code}` normalizes a batch of one",
                why=(
                    "Less its own mean one example is zero: the layer gives its offset, whatever comes in, "
                    "and passes no gradient on."
                ),
                advice=(
                    "Train on larger batches (pad them, if the examples differ in length), or take a "
                    "LayerNormalization here."
                ),
            ),
        ),
        (
            "one value",
            Words(
                headline="{labels} {get} a gradient of zero: `{code}` normalizes a single value",
                why=(
                    "The mean of one value is that value, so 0 is left whatever comes in. In training, a "
                    "batch normalization takes its mean over the batch and all positions."
                ),
                advice=(
                    "Leave it out where one position is left, train with a larger batch, or normalize over "
                    "an axis that is longer than one."
                ),
            ),
        ),
        (
            "cancels",
            Words(
                headline="{labels} {get} a gradient of zero: `{code}` takes back what it is made of",
                why=(
                    "What is subtracted here, or divided by, is the same value, or the mean of this value "
                    "alone: both sides have the opposite gradient, and their sum is zero."
                ),
                advice=(
                    "Compute what is meant to be old before the steps, and hand it in (the probability of an "
                    "old policy, a target network's value). Else take a mean of more than one value, or "
                    "leave it out."
                ),
            ),
        ),
    ),
)
