"""An operation that has no gradient, on the only path of a weight.

## What it does

Flags `argmax`, `round`, `floor`, `one_hot`, comparisons, `//`, indices and their like when every path of a
weight goes through them.
One other path is enough to keep the rule silent.

## Why is this bad

These operations step from one value to the next, so TensorFlow gives them no derivative: what lies before
them gets None.
Keras warns about variables without a gradient, or raises when there are no others, and never says where the
path ends.

## Example

```python
import tensorflow as tf


class Gate(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.threshold = self.add_weight(name="threshold", shape=[3], initializer="zeros")

    def call(self, x):
        return tf.where(x > self.threshold, x, 0.0)  # error: threshold
```

```python
import tensorflow as tf


class Quantise(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3], initializer="ones")

    def call(self, x):
        return tf.round(x * self.gain)  # error: gain
```

```python
import tensorflow as tf


class Router(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.scores = self.add_weight(name="scores", shape=[3, 3])

    def call(self, x):
        chosen = tf.argmax(x @ self.scores, axis=-1)  # error: scores
        return x * tf.one_hot(chosen, 3)
```

```python
import tensorflow as tf


class Codebook(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.codes = self.add_weight(name="codes", shape=[8, 2], initializer="random_normal", trainable=False)

    def call(self, x):
        distances = tf.reduce_sum(tf.square(x[:, None, :] - self.codes), axis=-1)
        nearest = tf.argmin(distances, axis=-1)  # error: encoder
        return tf.gather(self.codes, nearest)


model = tf.keras.Sequential(
    [tf.keras.layers.Dense(2, name="encoder"), Codebook(), tf.keras.layers.Dense(3, name="decoder")]
)
model.compile("sgd", "mse")
model.fit(tf.random.normal([8, 3]), tf.zeros([8, 3]), verbose=0)
```

A loss of the class that is chosen has nothing to go by.

```python
import tensorflow as tf

model = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(4, name="classes")])
optimizer, loss_fn = tf.keras.optimizers.SGD(0.1), tf.keras.losses.MeanSquaredError()
x, y = tf.random.normal([8, 3]), tf.constant([0, 1, 2, 3] * 2)
for _ in range(2):
    with tf.GradientTape() as tape:
        probabilities = tf.nn.softmax(model(x))
        chosen = tf.argmax(probabilities, axis=-1)  # error: classes
        loss = loss_fn(y, tf.cast(chosen, tf.float32))
    gradients = tape.gradient(loss, model.trainable_variables)
    pairs = zip(gradients, model.trainable_variables)
    optimizer.apply_gradients([pair for pair in pairs if pair[0] is not None])
```

What is done to an image by a codec has none either.

```python
import tensorflow as tf

pad = tf.keras.layers.Conv2D(3, 1, activation="sigmoid", name="pad")
image = tf.random.uniform([8, 8, 3])
pad(image[None])
for _ in range(2):
    with tf.GradientTape() as tape:
        marked = tf.clip_by_value(pad(image[None])[0], 0.0, 1.0)
        sent = tf.image.adjust_jpeg_quality(marked, 75)  # error: pad
        loss = tf.reduce_mean(tf.square(sent - image))
    gradients = tape.gradient(loss, pad.trainable_variables)
```

A place in an order is a whole number.

```python
import tensorflow as tf


def displacement(y_true, y_pred):
    places = tf.cast(tf.argsort(tf.argsort(y_pred)), tf.float32)  # error: scores
    return tf.reduce_mean(tf.abs(places - y_true), axis=-1)


model = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(4, name="scores")])
model.compile("sgd", displacement)
model.fit(tf.random.normal([8, 3]), tf.zeros([8, 4]), verbose=0)
```

## Use instead

A smooth counterpart:

```python
import tensorflow as tf


class Gate(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.threshold = self.add_weight(name="threshold", shape=[3], initializer="zeros")

    def call(self, x):
        return x * tf.sigmoid(10.0 * (x - self.threshold))
```

Or a straight-through estimator, which rounds on the way to the loss and not on the way back:

```python
import tensorflow as tf


class Quantise(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3], initializer="ones")

    def call(self, x):
        level = x * self.gain
        return level + tf.stop_gradient(tf.round(level) - level)
```

## Fix

With `--unsafe-fixes`, a comparison, a rounding or a choice keeps its value and gets the gradient of the
smooth function it stands for; what was looked up in a codebook passes its gradient on to what it was looked
up for.
Whether that is what the model should learn from is for its author to say.

```python
import tensorflow as tf


class Gate(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.threshold = self.add_weight(name="threshold", shape=[3], initializer="zeros")

    def call(self, x):
        soft = tf.sigmoid(x - self.threshold)
        gate = soft + tf.stop_gradient(tf.cast(x > self.threshold, soft.dtype) - soft)
        return gate * x
```

```python
import tensorflow as tf


class Quantise(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3], initializer="ones")

    def call(self, x):
        soft = x * self.gain
        return soft + tf.stop_gradient(tf.round(soft) - soft)
```

```python
import tensorflow as tf


class Router(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.scores = self.add_weight(name="scores", shape=[3, 3])

    def call(self, x):
        scores = x @ self.scores
        chosen = tf.argmax(scores, axis=-1)
        soft = tf.nn.softmax(scores)
        return x * (soft + tf.stop_gradient(tf.one_hot(chosen, 3) - soft))
```

```python
import tensorflow as tf


class Codebook(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.codes = self.add_weight(name="codes", shape=[8, 2], initializer="random_normal", trainable=False)

    def call(self, x):
        distances = tf.reduce_sum(tf.square(x[:, None, :] - self.codes), axis=-1)
        nearest = tf.argmin(distances, axis=-1)
        quantized = tf.gather(self.codes, nearest)
        return x + tf.stop_gradient(quantized - x)


model = tf.keras.Sequential(
    [tf.keras.layers.Dense(2, name="encoder"), Codebook(), tf.keras.layers.Dense(3, name="decoder")]
)
model.compile("sgd", "mse")
model.fit(tf.random.normal([8, 3]), tf.zeros([8, 3]), verbose=0)
```

They compare the probabilities themselves with the labels.

```python
import tensorflow as tf

model = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(4, name="classes")])
optimizer, loss_fn = tf.keras.optimizers.SGD(0.1), tf.keras.losses.MeanSquaredError()
x, y = tf.random.normal([8, 3]), tf.constant([0, 1, 2, 3] * 2)
for _ in range(2):
    with tf.GradientTape() as tape:
        probabilities = tf.nn.softmax(model(x))
        chosen = tf.argmax(probabilities, axis=-1)
        loss = tf.reduce_mean(tf.keras.losses.sparse_categorical_crossentropy(y, probabilities))
    gradients = tape.gradient(loss, model.trainable_variables)
    pairs = zip(gradients, model.trainable_variables)
    optimizer.apply_gradients([pair for pair in pairs if pair[0] is not None])
```

They pass it straight through what is done to an image.

```python
import tensorflow as tf

pad = tf.keras.layers.Conv2D(3, 1, activation="sigmoid", name="pad")
image = tf.random.uniform([8, 8, 3])
pad(image[None])
for _ in range(2):
    with tf.GradientTape() as tape:
        marked = tf.clip_by_value(pad(image[None])[0], 0.0, 1.0)
        sent = marked + tf.stop_gradient(tf.image.adjust_jpeg_quality(marked, 75) - marked)
        loss = tf.reduce_mean(tf.square(sent - image))
    gradients = tape.gradient(loss, pad.trainable_variables)
```

They rank softly.

```python
import tensorflow as tf


def displacement(y_true, y_pred):
    places = tf.reduce_sum(tf.sigmoid(y_pred[..., :, None] - y_pred[..., None, :]), axis=-1) - 0.5
    return tf.reduce_mean(tf.abs(places - y_true), axis=-1)


model = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(4, name="scores")])
model.compile("sgd", displacement)
model.fit(tf.random.normal([8, 3]), tf.zeros([8, 4]), verbose=0)
```

## Look-alikes

The values of a sort or a `top_k` have a gradient; only the indices have none.

```python
import tensorflow as tf


class Best(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3], initializer="ones")

    def call(self, x):
        best, _ = tf.math.top_k(x * self.gain, k=2)
        return best
```
"""

from __future__ import annotations

from gradcheck.report.accounts import PIPELINE
from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule, Words

RULE = Rule(
    __name__,
    code="GC301",
    kind=Kind.NO_GRADIENT,
    severity=Severity.ERROR,
    since="0.1",
    headline="{labels} {get} no gradient: `{code}` has no derivative",
    why=(
        "The values pass through this operation, the gradient does not: TensorFlow returns None for it, or "
        "raises an error."
    ),
    advice=(
        "Use a smooth counterpart (softmax for argmax and one_hot, sigmoid for a comparison), or pass the "
        "gradient straight through: `x + tf.stop_gradient(f(x) - x)`."
    ),
    variants=(
        (
            "argument",
            Words(
                headline="{labels} {get} no gradient: `{code}` has none for one of its arguments",
                why=(
                    "The operation has a derivative for others of its arguments. For the one that comes from "
                    "here TensorFlow returns None."
                ),
                advice=(
                    "Compute it by operations with a gradient for all that they are given: a sampler of "
                    "one's own (a grid, tf.gather and the weights of a linear interpolation) in place of a "
                    "transform."
                ),
            ),
        ),
        (
            PIPELINE,
            Words(
                headline="{labels} {get} no gradient: the loop over `{code}` has none, inside of a tape",
                why=(
                    "In a compiled function a `for` over a dataset becomes a part of the input pipeline, "
                    "and no gradient comes back out of that; eager code has one."
                ),
                advice=(
                    "Open a tape in each round and add up the gradients, or go through a list of tensors; a "
                    "function that is not compiled takes the loop as it is."
                ),
            ),
        ),
        (
            "places",
            Words(
                headline="{labels} {get} no gradient: the places that `{code}` gives have no derivative",
                why=(
                    "It gives values and their places. The values have a gradient; the places are whole "
                    "numbers, and what they pick does not depend on the scores in any smooth way."
                ),
                advice=(
                    "Let the values take part: multiply what is picked by a smooth function of its score, as "
                    "`tf.gather(x, places) * tf.sigmoid(values)[..., None]`."
                ),
            ),
        ),
    ),
)
