"""A weight that is switched off although it is meant to train.

## What it does

Flags layers that stay frozen by mistake: a flag set under a misspelt name, a frozen parent around an unfrozen
child, a flag changed after `compile()`, a model of which nothing at all may train.

## Why is this bad

Weights of a frozen layer are not in `trainable_variables`, so no optimizer ever sees them.
The two Kerases disagree on details: Keras 2 goes by the flags as they were at `compile()`, Keras 3 by those
of the moment it trains.

## Example

```python
import tensorflow as tf

encoder = tf.keras.layers.Dense(4, name="encoder")
encoder.trainable = False
model = tf.keras.Sequential([encoder, tf.keras.layers.Dense(1, name="head")])
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 1]), verbose=0)
encoder.trainabe = True  # error: encoder
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 1]), verbose=0)
```

A flag that is set after `compile()` and before the first training counts under Keras 3 only.

```python
import tensorflow as tf

encoder = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(4, name="encoder")])
encoder.trainable = False
inputs = tf.keras.Input([3])
model = tf.keras.Model(inputs, tf.keras.layers.Dense(1, name="head")(encoder(inputs)))
model.compile("sgd", "mse")
encoder.trainable = True  # error[keras2]: encoder
model.fit(tf.ones([8, 3]), tf.zeros([8, 1]), verbose=0)
```

After the first training it counts under neither.

```python
import tensorflow as tf

encoder = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(4, name="encoder")])
encoder.trainable = False
inputs = tf.keras.Input([3])
model = tf.keras.Model(inputs, tf.keras.layers.Dense(1, name="head")(encoder(inputs)))
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 1]), verbose=0)
encoder.trainable = True  # error: encoder
model.fit(tf.ones([8, 3]), tf.zeros([8, 1]), verbose=0)
```

Under Keras 2 nothing trains inside a frozen model, whatever its own flag says.

```python
import tensorflow as tf

norm = tf.keras.layers.BatchNormalization(center=False, scale=False)
last = tf.keras.layers.Dense(4, name="last")
backbone = tf.keras.Sequential([tf.keras.Input([3]), norm, last])
backbone.trainable = False
backbone.layers[-1].trainable = True  # error[keras2]: last
inputs = tf.keras.Input([3])
model = tf.keras.Model(inputs, tf.keras.layers.Dense(1, name="head")(backbone(inputs)))
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 1]), verbose=0)
```

Under Keras 3 a flag that is meant for another model counts here, too.

```python
import tensorflow as tf

critic = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(1, name="critic")])
critic.compile("sgd", "mse")
generator = tf.keras.Sequential([tf.keras.Input([2]), tf.keras.layers.Dense(3, name="paint")])
critic.trainable = False  # error[keras3]: critic
both = tf.keras.Sequential([generator, critic])
both.compile("sgd", "mse")
for _ in range(2):
    critic.train_on_batch(tf.random.normal([8, 3]), tf.ones([8, 1]))
    both.train_on_batch(tf.random.normal([8, 2]), tf.zeros([8, 1]))
```

A step of one's own moves what its gradient is asked for: a flag for it leaves nothing to ask for.

```python
import tensorflow as tf

critic = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(1, name="critic")])
maker = tf.keras.Sequential([tf.keras.Input([2]), tf.keras.layers.Dense(3, name="maker")])
optimizers = tf.keras.optimizers.SGD(0.1), tf.keras.optimizers.SGD(0.1)
critic.trainable = False  # error: critic
for _ in range(2):
    with tf.GradientTape() as tape, tf.GradientTape() as judging:
        made = critic(maker(tf.random.normal([8, 2])))
        loss = tf.reduce_mean(tf.square(made - 1.0))
        judged = tf.reduce_mean(tf.square(critic(tf.ones([8, 3])) - 1.0)) + tf.reduce_mean(tf.square(made))
    pairs = zip(tape.gradient(loss, maker.trainable_variables), maker.trainable_variables)
    optimizers[0].apply_gradients(pairs)
    gradients = judging.gradient(judged, critic.trainable_variables)
    if gradients:
        optimizers[1].apply_gradients(zip(gradients, critic.trainable_variables))
```

A target that a loss compares with, created at random and switched off, never gets better.

```python
import tensorflow as tf


class CenterLoss(tf.keras.layers.Layer):
    def build(self, shape):
        self.centers = self.add_weight(  # error[flows]: centers
            name="centers",
            shape=(3, 4),
            initializer="random_normal",
            trainable=False,
        )

    def call(self, inputs):
        features, labels = inputs
        self.add_loss(tf.reduce_mean(tf.square(features - tf.matmul(labels, self.centers))))
        return features


features, labels = tf.keras.Input([3]), tf.keras.Input([3])
hidden = CenterLoss(name="center")([tf.keras.layers.Dense(4, name="body")(features), labels])
model = tf.keras.Model([features, labels], tf.keras.layers.Dense(1, name="head")(hidden))
model.compile("sgd", "mse")
classes = tf.one_hot([0, 1, 2, 0, 1, 2], 3)
model.fit([tf.random.normal([6, 3]), classes], tf.ones([6, 1]), verbose=0)
```

A loop that is to freeze the backbone goes through the new layers, too.

```python
import tensorflow as tf

image = tf.keras.Input([3])
base = tf.keras.Model(image, tf.keras.layers.Dense(4, name="body")(image))
base.compile("sgd", "mse")
base.fit(tf.random.normal([8, 3]), tf.random.normal([8, 4]), verbose=0)
model = tf.keras.Model(base.input, tf.keras.layers.Dense(1, name="head")(base.output))
for layer in model.layers:
    layer.trainable = False  # error: head
model.compile("sgd", "mse")
model.fit(tf.random.normal([8, 3]), tf.random.normal([8, 1]), verbose=0)
```

A function behind `lru_cache` hands out one layer again and again: what one model switches off is off in the
other.

```python
import functools

import tensorflow as tf


@functools.lru_cache
def table(size, width):
    return tf.keras.layers.Embedding(size, width, name="table")  # error[flows]: table


def model(name):
    tokens = tf.keras.Input([4], dtype="int32")
    pooled = tf.keras.layers.GlobalAveragePooling1D()(table(8, 4)(tokens))
    return tf.keras.Model(tokens, tf.keras.layers.Dense(1, name=name)(pooled))


teacher, student = model("teacher"), model("student")
teacher.compile("sgd", "mse")
teacher.fit(tf.zeros([8, 4], tf.int32), tf.ones([8, 1]), verbose=0)
teacher.trainable = False
student.compile("sgd", "mse")
student.fit(tf.zeros([8, 4], tf.int32), tf.ones([8, 1]), verbose=0)
```

## Use instead

```python
import tensorflow as tf

encoder = tf.keras.layers.Dense(4, name="encoder")
encoder.trainable = False
model = tf.keras.Sequential([encoder, tf.keras.layers.Dense(1, name="head")])
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 1]), verbose=0)
encoder.trainable = True
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 1]), verbose=0)
```

## Fix

`--fix` spells the flag.

```python
import tensorflow as tf

encoder = tf.keras.layers.Dense(4, name="encoder")
encoder.trainable = False
model = tf.keras.Sequential([encoder, tf.keras.layers.Dense(1, name="head")])
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 1]), verbose=0)
encoder.trainable = True
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 1]), verbose=0)
```

It sets the flag before `compile()`, or compiles again behind it.

```python
import tensorflow as tf

encoder = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(4, name="encoder")])
encoder.trainable = False
inputs = tf.keras.Input([3])
model = tf.keras.Model(inputs, tf.keras.layers.Dense(1, name="head")(encoder(inputs)))
encoder.trainable = True
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 1]), verbose=0)
```

```python
import tensorflow as tf

encoder = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(4, name="encoder")])
encoder.trainable = False
inputs = tf.keras.Input([3])
model = tf.keras.Model(inputs, tf.keras.layers.Dense(1, name="head")(encoder(inputs)))
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 1]), verbose=0)
encoder.trainable = True
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 1]), verbose=0)
```

It freezes the other layers of a model one by one.

```python
import tensorflow as tf

norm = tf.keras.layers.BatchNormalization(center=False, scale=False)
last = tf.keras.layers.Dense(4, name="last")
backbone = tf.keras.Sequential([tf.keras.Input([3]), norm, last])
for layer in backbone.layers:
    layer.trainable = False
backbone.layers[-1].trainable = True
inputs = tf.keras.Input([3])
model = tf.keras.Model(inputs, tf.keras.layers.Dense(1, name="head")(backbone(inputs)))
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 1]), verbose=0)
```

`--unsafe-fixes` unfreezes a model for as long as it is trained by itself.

```python
import tensorflow as tf

critic = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(1, name="critic")])
critic.compile("sgd", "mse")
generator = tf.keras.Sequential([tf.keras.Input([2]), tf.keras.layers.Dense(3, name="paint")])
critic.trainable = False
both = tf.keras.Sequential([generator, critic])
both.compile("sgd", "mse")
for _ in range(2):
    critic.trainable = True
    critic.train_on_batch(tf.random.normal([8, 3]), tf.ones([8, 1]))
    critic.trainable = False
    both.train_on_batch(tf.random.normal([8, 2]), tf.zeros([8, 1]))
```

It leaves out a flag that a step of one's own has no use for, with `--unsafe-fixes`.

```python
import tensorflow as tf

critic = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(1, name="critic")])
maker = tf.keras.Sequential([tf.keras.Input([2]), tf.keras.layers.Dense(3, name="maker")])
optimizers = tf.keras.optimizers.SGD(0.1), tf.keras.optimizers.SGD(0.1)
for _ in range(2):
    with tf.GradientTape() as tape, tf.GradientTape() as judging:
        made = critic(maker(tf.random.normal([8, 2])))
        loss = tf.reduce_mean(tf.square(made - 1.0))
        judged = tf.reduce_mean(tf.square(critic(tf.ones([8, 3])) - 1.0)) + tf.reduce_mean(tf.square(made))
    pairs = zip(tape.gradient(loss, maker.trainable_variables), maker.trainable_variables)
    optimizers[0].apply_gradients(pairs)
    gradients = judging.gradient(judged, critic.trainable_variables)
    if gradients:
        optimizers[1].apply_gradients(zip(gradients, critic.trainable_variables))
```

They create a weight as one that trains.

```python
import tensorflow as tf


class CenterLoss(tf.keras.layers.Layer):
    def build(self, shape):
        self.centers = self.add_weight(
            name="centers",
            shape=(3, 4),
            initializer="random_normal",
        )

    def call(self, inputs):
        features, labels = inputs
        self.add_loss(tf.reduce_mean(tf.square(features - tf.matmul(labels, self.centers))))
        return features


features, labels = tf.keras.Input([3]), tf.keras.Input([3])
hidden = CenterLoss(name="center")([tf.keras.layers.Dense(4, name="body")(features), labels])
model = tf.keras.Model([features, labels], tf.keras.layers.Dense(1, name="head")(hidden))
model.compile("sgd", "mse")
classes = tf.one_hot([0, 1, 2, 0, 1, 2], 3)
model.fit([tf.random.normal([6, 3]), classes], tf.ones([6, 1]), verbose=0)
```

They leave out the cache of a function that makes a layer.

```python
import tensorflow as tf


def table(size, width):
    return tf.keras.layers.Embedding(size, width, name="table")


def model(name):
    tokens = tf.keras.Input([4], dtype="int32")
    pooled = tf.keras.layers.GlobalAveragePooling1D()(table(8, 4)(tokens))
    return tf.keras.Model(tokens, tf.keras.layers.Dense(1, name=name)(pooled))


teacher, student = model("teacher"), model("student")
teacher.compile("sgd", "mse")
teacher.fit(tf.zeros([8, 4], tf.int32), tf.ones([8, 1]), verbose=0)
teacher.trainable = False
student.compile("sgd", "mse")
student.fit(tf.zeros([8, 4], tf.int32), tf.ones([8, 1]), verbose=0)
```

They freeze the layers of the backbone alone.

```python
import tensorflow as tf

image = tf.keras.Input([3])
base = tf.keras.Model(image, tf.keras.layers.Dense(4, name="body")(image))
base.compile("sgd", "mse")
base.fit(tf.random.normal([8, 3]), tf.random.normal([8, 4]), verbose=0)
model = tf.keras.Model(base.input, tf.keras.layers.Dense(1, name="head")(base.output))
for layer in base.layers:
    layer.trainable = False
model.compile("sgd", "mse")
model.fit(tf.random.normal([8, 3]), tf.random.normal([8, 1]), verbose=0)
```
"""

from __future__ import annotations

from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule, Words

RULE = Rule(
    __name__,
    code="GC602",
    kind=Kind.FROZEN,
    severity=Severity.ERROR,
    since="0.1",
    headline="{labels} {is_} not trained: created with `trainable` off",
    why=(
        "Weights of a layer whose `trainable` is off are left out of trainable_variables, so no optimizer "
        "sees them."
    ),
    advice=(
        "Set `trainable` before compile(), under its exact name, on the outermost layer that holds the flag."
    ),
    variants=(
        (
            "own-flag",
            Words(
                why=(
                    "A weight that is created with `trainable=False` is in no trainable_variables: no "
                    "optimizer sees it, and nothing here assigns it, so it keeps the random values it starts "
                    "with, and the loss can only move what is compared with it."
                ),
                advice=(
                    "Leave out `trainable=False`; or assign the weight in every step, where it follows a "
                    "rule of its own."
                ),
            ),
        ),
        (
            "inner",
            Words(
                headline="{labels} {is_} not trained: `{code}` switches off the layer around by its own name",
                why=(
                    "`model.layers` are the outermost layers: the loop asks each of them for its own name, "
                    "and one that is switched off takes all layers inside with it, whatever they are called."
                ),
                advice=(
                    "Leave the layers around on, and go through those inside as well: `_flatten_layers()` "
                    "gives all of them."
                ),
            ),
        ),
        (
            "cached",
            Words(
                headline="{labels} {is_} not trained: `{code}` also belongs to a model that is switched off",
                why=(
                    "The function that makes the layer is cached: whoever calls it with these arguments gets "
                    "the same layer again, and a flag that one model sets on it counts in every other one."
                ),
                advice="Make a new layer in every call: leave out the cache of the function.",
            ),
        ),
        ("switched-off", Words(headline="{labels} {is_} not trained: `{code}` is switched off")),
        (
            "own-step",
            Words(
                headline="{labels} {is_} not trained: `{code}` is switched off",
                why=(
                    "A model that is switched off lists no trainable variables, so the gradient is asked for "
                    "an empty list."
                ),
                advice=(
                    "Leave the flag alone: a step of one's own moves nothing but the variables that its "
                    "gradient is asked for."
                ),
            ),
        ),
        ("without-effect", Words(headline="{labels} {is_} not trained: `{code}` has no effect here")),
        (
            "in-fit",
            Words(
                headline="{labels} {is_} not trained: fit does not see `{code}`, which is set while it runs",
                why=(
                    "fit lists what trains when it traces its step, at the first batch: a flag that a "
                    "callback sets later counts once the model is compiled again."
                ),
                advice=(
                    "Let fit end, set `trainable`, compile() again, and go on with another fit from there "
                    "(`initial_epoch=...`)."
                ),
            ),
        ),
        (
            "name",
            Words(
                headline="{labels} {is_} not trained: `{code}` is true of no layer",
                why=(
                    "The loop leaves every layer off until it meets this name, and none of the layers that "
                    "it goes through bears it."
                ),
                advice="Ask for a name that `summary()` shows of the model whose layers the loop takes.",
            ),
        ),
        (
            "all",
            Words(
                headline="{labels} {is_} not trained: `{code}` switches off every layer of the model",
                why=(
                    "The loop goes through all layers of the model that trains, the new ones with the old: "
                    "nothing is left to train, and the weights keep their values."
                ),
                advice=(
                    "Go through the layers of the backbone alone (`for layer in backbone.layers`), or stop "
                    "before the new layers, and compile() after it."
                ),
            ),
        ),
        (
            "part",
            Words(
                headline="{labels} {is_} not trained: `{code}` switches off what the whole model shares",
                why=(
                    "A model that is made of another one's tensors has no layers of its own: its flag is set "
                    "on the layers that both hold."
                ),
                advice=(
                    "Leave the flag alone: what a step trains is what its gradient is asked for. Or make the "
                    "part of a copy (`clone_model`) with the same weights."
                ),
            ),
        ),
        (
            "outer",
            Words(
                headline="{labels} {is_} not trained: `{code}` asks the layers of the outer model",
                why=(
                    "A model that is called in another one is a single layer there: a loop over the outer "
                    "model's layers sets its flag as a whole, and meets none of the layers inside."
                ),
                advice=(
                    "Go through the layers of the inner model, before compile(): "
                    "`for layer in inner.layers[...]`."
                ),
            ),
        ),
    ),
)
