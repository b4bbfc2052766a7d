"""A Python value that a traced function reads, and that changes when the function is traced already.

## What it does

Flags weights that reach the loss only by what an attribute switches on, where that attribute is off when a
`tf.function` is called first, and set in a later round of the loop that calls it.
So it is with what `fit` compiles (`train_step`, `compute_loss`, `call`) and an attribute that a callback sets
or that is set between two calls of `fit`, and with a count that the function keeps itself.

## Why is this bad

TensorFlow runs the Python code of a function once, when it traces it, and `fit` traces the step of a model.
What the attribute is then becomes a constant of the graph: the branch is not in it, and setting the attribute
later puts nothing there.
The program says that the term is on, and the loss goes on without it.

## Example

```python
import tensorflow as tf


class Trainer:
    def __init__(self):
        self.body = tf.keras.layers.Dense(4, name="body")
        self.extra = tf.keras.layers.Dense(1, name="extra")
        self.with_extra = False
        self.optimizer = tf.keras.optimizers.SGD(0.1)

    @tf.function
    def step(self, x):
        with tf.GradientTape() as tape:
            hidden = self.body(x)
            loss = tf.reduce_mean(tf.square(hidden))
            if self.with_extra:  # error: extra
                loss += tf.reduce_mean(tf.square(self.extra(hidden) - 1.0))
        variables = self.body.trainable_variables + self.extra.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))


x = tf.random.normal([8, 3])
trainer = Trainer()
trainer.extra(trainer.body(x))
for epoch in range(4):
    if epoch == 2:
        trainer.with_extra = True
    trainer.step(x)
```

A callback raises a factor that is zero in the graph.

```python
import tensorflow as tf


class Regularized(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.body = tf.keras.layers.Dense(4, name="body")
        self.extra = tf.keras.layers.Dense(1, name="extra")
        self.beta = 0.0

    def call(self, x):
        return self.extra(self.body(x))

    def train_step(self, data):
        with tf.GradientTape() as tape:
            hidden = self.body(data)
            loss = tf.reduce_mean(tf.square(hidden))
            loss += self.beta * tf.reduce_mean(tf.square(self.extra(hidden) - 1.0))  # error: extra
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
        return {"loss": loss}


class WarmUp(tf.keras.callbacks.Callback):
    def __init__(self, epochs):
        super().__init__()
        self.epochs = epochs

    def on_epoch_begin(self, epoch, logs=None):
        self.model.beta = min(1.0, epoch / self.epochs)


x = tf.random.normal([8, 3])
model = Regularized()
model(x)
model.compile("sgd")
model.fit(x, epochs=4, batch_size=4, callbacks=[WarmUp(2)], verbose=0)
```

## Use instead

```python
import tensorflow as tf


class Trainer:
    def __init__(self):
        self.body = tf.keras.layers.Dense(4, name="body")
        self.extra = tf.keras.layers.Dense(1, name="extra")
        self.optimizer = tf.keras.optimizers.SGD(0.1)

    @tf.function
    def step(self, x, share):
        with tf.GradientTape() as tape:
            hidden = self.body(x)
            loss = tf.reduce_mean(tf.square(hidden))
            loss += share * tf.reduce_mean(tf.square(self.extra(hidden) - 1.0))
        variables = self.body.trainable_variables + self.extra.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))


x = tf.random.normal([8, 3])
trainer = Trainer()
trainer.extra(trainer.body(x))
for epoch in range(4):
    trainer.step(x, tf.constant(0.1 if epoch < 2 else 1.0))
```

```python
import tensorflow as tf


class Regularized(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.body = tf.keras.layers.Dense(4, name="body")
        self.extra = tf.keras.layers.Dense(1, name="extra")
        self.beta = tf.Variable(0.0, trainable=False)

    def call(self, x):
        return self.extra(self.body(x))

    def train_step(self, data):
        with tf.GradientTape() as tape:
            hidden = self.body(data)
            loss = tf.reduce_mean(tf.square(hidden))
            loss += self.beta * tf.reduce_mean(tf.square(self.extra(hidden) - 1.0))
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
        return {"loss": loss}


class WarmUp(tf.keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        self.model.beta.assign(epoch / 4)


x = tf.random.normal([8, 3])
model = Regularized()
model(x)
model.compile("sgd")
model.fit(x, epochs=4, batch_size=4, callbacks=[WarmUp()], verbose=0)
```

## Fix

With `--unsafe-fixes`, the step runs without a graph, and looks at the attribute in every call.

```python
import tensorflow as tf


class Trainer:
    def __init__(self):
        self.body = tf.keras.layers.Dense(4, name="body")
        self.extra = tf.keras.layers.Dense(1, name="extra")
        self.with_extra = False
        self.optimizer = tf.keras.optimizers.SGD(0.1)

    def step(self, x):
        with tf.GradientTape() as tape:
            hidden = self.body(x)
            loss = tf.reduce_mean(tf.square(hidden))
            if self.with_extra:
                loss += tf.reduce_mean(tf.square(self.extra(hidden) - 1.0))
        variables = self.body.trainable_variables + self.extra.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))


x = tf.random.normal([8, 3])
trainer = Trainer()
trainer.extra(trainer.body(x))
for epoch in range(4):
    if epoch == 2:
        trainer.with_extra = True
    trainer.step(x)
```

A number is kept in a variable that is assigned to.

```python
import tensorflow as tf


class Regularized(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.body = tf.keras.layers.Dense(4, name="body")
        self.extra = tf.keras.layers.Dense(1, name="extra")
        self.beta = tf.Variable(0.0, trainable=False)

    def call(self, x):
        return self.extra(self.body(x))

    def train_step(self, data):
        with tf.GradientTape() as tape:
            hidden = self.body(data)
            loss = tf.reduce_mean(tf.square(hidden))
            loss += self.beta * tf.reduce_mean(tf.square(self.extra(hidden) - 1.0))
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
        return {"loss": loss}


class WarmUp(tf.keras.callbacks.Callback):
    def __init__(self, epochs):
        super().__init__()
        self.epochs = epochs

    def on_epoch_begin(self, epoch, logs=None):
        self.model.beta.assign(min(1.0, epoch / self.epochs))


x = tf.random.normal([8, 3])
model = Regularized()
model(x)
model.compile("sgd")
model.fit(x, epochs=4, batch_size=4, callbacks=[WarmUp(2)], verbose=0)
```
"""

from __future__ import annotations

from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule, Words

RULE = Rule(
    __name__,
    code="GC103",
    kind=Kind.TRACED,
    severity=Severity.ERROR,
    since="0.2",
    headline="{labels} {get} no gradient: `{code}` leaves it out when the function is traced",
    why=(
        "A traced function runs Python once: what a value is then is a constant of the graph, whatever it is "
        "set to later."
    ),
    advice=(
        "Keep the value in a `tf.Variable(trainable=False)` that is assigned to, and test it by `tf.cond`; a "
        "function of your own can be given it as an argument."
    ),
    variants=(
        (
            "model",
            Words(
                headline="{labels} {is_} not trained: `{code}` was traced with the model before",
                why=(
                    "A traced function looks a name up once: its graph keeps the model that the name stood "
                    "for then, and goes on training that one."
                ),
                advice="Hand the model to the function, or make a `tf.function` for each model.",
            ),
        ),
        (
            "listed",
            Words(
                headline="{labels} {is_} not trained: the step was traced before `{code}` was set",
                why=(
                    "A traced function reads `trainable_variables` once: what is switched on later is in no "
                    "list of its graph."
                ),
                advice=(
                    "Trace the step anew after the flag is set: make another `tf.function` of it, for each "
                    "phase its own."
                ),
            ),
        ),
    ),
)
