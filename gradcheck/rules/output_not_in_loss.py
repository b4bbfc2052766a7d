"""An output of the model that no loss depends on.

## What it does

Flags an output whose weights lead to no other one, and that takes no part in the loss.

## Why is this bad

The branch is computed at every step and never trained: its weights get no gradient.

## Example

```python
import tensorflow as tf

inputs = tf.keras.Input([3])
trunk = tf.keras.layers.Dense(4, activation="tanh", name="trunk")(inputs)
cost = tf.keras.layers.Dense(1, name="cost")(trunk)
fraud = tf.keras.layers.Dense(1, name="fraud")(trunk)
model = tf.keras.Model(inputs, {"cost": cost, "fraud": fraud})
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
optimizer = tf.keras.optimizers.SGD(0.1)
for _ in range(2):
    with tf.GradientTape() as tape:
        outputs = model(x)  # error: fraud
        loss = tf.reduce_mean(tf.square(outputs["cost"] - y))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(
        (gradient, variable)
        for gradient, variable in zip(gradients, model.trainable_variables)
        if gradient is not None
    )
```

A term may be computed and left out.

```python
import tensorflow as tf

trunk = tf.keras.layers.Dense(4, activation="tanh", name="trunk")
cost = tf.keras.layers.Dense(1, name="cost")
fraud = tf.keras.layers.Dense(1, name="fraud")
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
inputs = tf.keras.Input([3])
hidden = trunk(inputs)
model = tf.keras.Model(inputs, [cost(hidden), fraud(hidden)])
for _ in range(2):
    with tf.GradientTape() as tape:
        costs, frauds = model(x)
        cost_loss = tf.reduce_mean(tf.square(costs - y))
        fraud_loss = tf.reduce_mean(tf.square(frauds - y))  # error: fraud
        loss = cost_loss
    gradients = tape.gradient(loss, model.trainable_variables)
```

A term may be a copy of another one that nobody went on to change.

```python
import tensorflow as tf


def off(labels, outputs):
    return tf.reduce_mean(tf.square(labels - outputs))


trunk = tf.keras.layers.Dense(4, activation="tanh", name="trunk")
cost = tf.keras.layers.Dense(1, name="cost")
fraud = tf.keras.layers.Dense(1, name="fraud")
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
inputs = tf.keras.Input([3])
hidden = trunk(inputs)
model = tf.keras.Model(inputs, [cost(hidden), fraud(hidden)])
for _ in range(2):
    with tf.GradientTape() as tape:
        costs, frauds = model(x)
        cost_loss = off(y, costs)
        fraud_loss = off(y, costs)  # error: fraud
        loss = cost_loss + fraud_loss
    gradients = tape.gradient(loss, model.trainable_variables)
```

`compile()` takes None for an output that shall have no loss.

```python
import tensorflow as tf

inputs = tf.keras.Input([3])
trunk = tf.keras.layers.Dense(4, activation="tanh", name="trunk")(inputs)
cost = tf.keras.layers.Dense(1, name="cost")(trunk)
fraud = tf.keras.layers.Dense(1, activation="sigmoid", name="fraud")(trunk)
model = tf.keras.Model(inputs, [cost, fraud])
model.compile("sgd", loss=["mse", None])  # error: fraud
model.fit(tf.ones([8, 3]), [tf.zeros([8, 1]), tf.zeros([8, 1])], verbose=0)
```

```python
import tensorflow as tf


def found(y_pred, y_true):  # error: fraud
    sure = tf.clip_by_value(tf.where(tf.equal(y_true, 1.0), y_pred, 1.0), 1e-3, 0.999)
    return -tf.reduce_mean(tf.math.log(sure))


inputs = tf.keras.Input([3])
trunk = tf.keras.layers.Dense(4, activation="tanh", name="trunk")(inputs)
cost = tf.keras.layers.Dense(1, name="cost")(trunk)
fraud = tf.keras.layers.Dense(1, activation="sigmoid", name="fraud")(trunk)
model = tf.keras.Model(inputs, [cost, fraud])
model.compile("sgd", loss=["mse", found])
model.fit(tf.random.normal([8, 3]), [tf.zeros([8, 1]), tf.ones([8, 1])], verbose=0)
```

## Use instead

```python
import tensorflow as tf

inputs = tf.keras.Input([3])
trunk = tf.keras.layers.Dense(4, activation="tanh", name="trunk")(inputs)
cost = tf.keras.layers.Dense(1, name="cost")(trunk)
fraud = tf.keras.layers.Dense(1, name="fraud")(trunk)
model = tf.keras.Model(inputs, {"cost": cost, "fraud": fraud})
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
optimizer = tf.keras.optimizers.SGD(0.1)
for _ in range(2):
    with tf.GradientTape() as tape:
        outputs = model(x)
        loss = tf.reduce_mean(tf.square(outputs["cost"] - y) + tf.square(outputs["fraud"] - y))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
```

## Fix

`--unsafe-fixes` adds a term that was computed, and gives an output the loss that fits its activation.

```python
import tensorflow as tf

trunk = tf.keras.layers.Dense(4, activation="tanh", name="trunk")
cost = tf.keras.layers.Dense(1, name="cost")
fraud = tf.keras.layers.Dense(1, name="fraud")
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
inputs = tf.keras.Input([3])
hidden = trunk(inputs)
model = tf.keras.Model(inputs, [cost(hidden), fraud(hidden)])
for _ in range(2):
    with tf.GradientTape() as tape:
        costs, frauds = model(x)
        cost_loss = tf.reduce_mean(tf.square(costs - y))
        fraud_loss = tf.reduce_mean(tf.square(frauds - y))
        loss = cost_loss + fraud_loss
    gradients = tape.gradient(loss, model.trainable_variables)
```

```python
import tensorflow as tf

inputs = tf.keras.Input([3])
trunk = tf.keras.layers.Dense(4, activation="tanh", name="trunk")(inputs)
cost = tf.keras.layers.Dense(1, name="cost")(trunk)
fraud = tf.keras.layers.Dense(1, activation="sigmoid", name="fraud")(trunk)
model = tf.keras.Model(inputs, [cost, fraud])
model.compile("sgd", loss=["mse", "binary_crossentropy"])
model.fit(tf.ones([8, 3]), [tf.zeros([8, 1]), tf.zeros([8, 1])], verbose=0)
```
"""

from __future__ import annotations

from gradcheck.base.exchanged_arguments import EXCHANGED
from gradcheck.report.accounts import IDLE
from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule, Words

RULE = Rule(
    __name__,
    code="GC504",
    kind=Kind.NOT_IN_LOSS,
    severity=Severity.ERROR,
    since="0.1",
    headline="{labels} {get} no gradient: `{code}` does not reach the loss",
    why="The model computes this output, and no term of the loss depends on it.",
    advice="Add a loss for it, or take the output out of the model that is trained.",
    variants=(
        (
            "loss",
            Words(
                headline="{labels} {get} no gradient: `{code}` does not use the result",
                why="It is computed with, and no term of the loss depends on what comes out.",
            ),
        ),
        (
            IDLE,
            Words(
                headline="{labels} {get} no gradient: `{code}` has none, and `{detail}` is in no term",
                why=(
                    "All that this term is computed from is stopped or was known before the tape, so it "
                    "moves no weight; `{detail}` is computed beside it, and nothing goes on from there."
                ),
                advice="Let `{detail}` take part in it: a policy's log-probability times the return.",
            ),
        ),
        (
            "parameter",
            Words(
                headline="{labels} {get} no gradient: the loss never reads `{code}`, the prediction",
                why=(
                    "Keras calls a loss with `(y_true, y_pred)`: the second argument is what the model "
                    "predicts, whatever it is called."
                ),
                advice="Take the prediction from the second parameter, the labels from the first.",
            ),
        ),
        (
            EXCHANGED,
            Words(
                headline="{labels} {get} no gradient: the loss takes the labels for `{code}`",
                why=(
                    "Keras calls a loss with `(y_true, y_pred)`, by position: here the first is called the "
                    "prediction, so that what is done to the labels, which no gradient passes, is done to "
                    "the prediction."
                ),
                advice="Exchange the two parameters.",
            ),
        ),
        (
            "copied",
            Words(
                headline="{labels} {get} no gradient: `{code}` is computed just as `{detail}` is",
                why=(
                    "The two are the same to the letter, as a copy is that nobody changed, and no term of "
                    "the loss depends on the output that this one seems to be for."
                ),
                advice="Compute it from the output, and with the loss, that it is for.",
            ),
        ),
        (
            "twice",
            Words(
                headline="{labels} {get} no gradient: `{code}` is in the loss twice",
                why=(
                    "The two terms are the same to the letter, as a copy is that nobody changed, and no term "
                    "of the loss depends on the output that one of them seems to be for."
                ),
                advice="Compute one of them from the output, and with the loss, that it is for.",
            ),
        ),
        (
            "library",
            Words(
                headline="{labels} {get} no gradient: the result of `{code}` does not depend on it",
                why="The value goes into this call, and nothing that the loss reads comes out of it.",
                advice="Look at its arguments: a length of one, an empty mask or an index can leave it out.",
            ),
        ),
        (
            "derivative",
            Words(
                headline="{labels} {get} no gradient: `{code}` is the same whatever its value",
                why=(
                    "The loss is computed from a derivative, and what is only added to a value is not in the "
                    "value's derivative: the last bias of an energy or a potential never trains."
                ),
                advice="Leave it out (`use_bias=False`), or add a term of the value itself to the loss.",
            ),
        ),
    ),
)
