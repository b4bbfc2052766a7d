"""A gradient asked for the variables of another model.

## What it does

Flags `tape.gradient(loss, variables)` where the loss does not depend on these variables.

## Why is this bad

Every gradient is None: Keras raises, or warns and trains nothing.
When several models are trained side by side, a copied line most often names the wrong one.

## Example

```python
import tensorflow as tf

encoder = tf.keras.layers.Dense(2, name="encoder")
critic = tf.keras.layers.Dense(1, name="critic")
x = tf.random.normal([8, 3])
encoder(x), critic(x)
with tf.GradientTape() as encoder_tape, tf.GradientTape() as critic_tape:
    encoder_loss = tf.reduce_mean(tf.square(encoder(x)))
    critic_loss = tf.reduce_mean(tf.square(critic(x) - 1.0))
encoder_gradients = encoder_tape.gradient(encoder_loss, encoder.trainable_variables)
critic_gradients = critic_tape.gradient(encoder_loss, critic.trainable_variables)  # error: critic
```

A list may also be right and too short.

```python
import tensorflow as tf

encoder = tf.keras.layers.Dense(2, name="encoder")
decoder = tf.keras.layers.Dense(3, name="decoder")
optimizer = tf.keras.optimizers.SGD(0.1)
x = tf.random.normal([8, 3])
decoder(encoder(x))
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(decoder(encoder(x)) - x))
    gradients = tape.gradient(loss, decoder.trainable_variables)  # warning: encoder
    optimizer.apply_gradients(zip(gradients, decoder.trainable_variables))
```

And the list may be right where the loss is not.

```python
import tensorflow as tf

actor = tf.keras.layers.Dense(2, name="actor")
critic = tf.keras.layers.Dense(1, name="critic")
actor_optimizer, critic_optimizer = tf.keras.optimizers.SGD(0.1), tf.keras.optimizers.SGD(0.1)
states, actions, rewards = tf.random.normal([8, 3]), tf.random.normal([8, 2]), tf.random.normal([8, 1])
critic(actor(states))
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(critic(actions) - rewards))
    gradients = tape.gradient(loss, critic.trainable_variables)
    critic_optimizer.apply_gradients(zip(gradients, critic.trainable_variables))
    with tf.GradientTape() as tape:
        new_actions = actor(states)
        loss = -tf.reduce_mean(critic(actions))  # error: actor
    gradients = tape.gradient(loss, actor.trainable_variables)
    actor_optimizer.apply_gradients(zip(gradients, actor.trainable_variables))
```

The coefficients that a plain object keeps are in the loss, and in no list.

```python
import tensorflow as tf


class Fit:
    def __init__(self):
        self.net = tf.keras.layers.Dense(1, name="net")
        self.rate = tf.Variable(0.5, name="rate")
        self.optimizer = tf.keras.optimizers.SGD(0.1)

    def step(self, x):
        weights = self.net.trainable_variables  # warning: rate
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(self.net(x) * self.rate - 1.0))
        self.optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))


fit = Fit()
x = tf.random.normal([8, 3])
fit.net(x)
for _ in range(2):
    fit.step(x)
```

Where the name of a result speaks of another model than the one that is called, that call is to blame.

```python
import tensorflow as tf

critic_1 = tf.keras.layers.Dense(1, name="critic_1")
critic_2 = tf.keras.layers.Dense(1, name="critic_2")
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
critic_1(x), critic_2(x)
for _ in range(2):
    with tf.GradientTape() as tape:
        q_1 = critic_1(x)
        q_2 = critic_1(x)  # error: critic_2
        loss = tf.reduce_mean(tf.square(q_1 - y)) + tf.reduce_mean(tf.square(q_2 - y))
    variables = critic_1.trainable_variables + critic_2.trainable_variables
    gradients = tape.gradient(loss, variables)
```

Gradients may be right where they are computed and applied to others as well.

```python
import tensorflow as tf

left = tf.keras.layers.Dense(1, name="left")
right = tf.keras.layers.Dense(1, name="right")
left_optimizer, right_optimizer = tf.keras.optimizers.SGD(0.1), tf.keras.optimizers.SGD(0.1)
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
left(x), right(x)
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(left(x) - y)) + tf.reduce_mean(tf.square(right(x) - y))
    gradients = tape.gradient(loss, left.trainable_variables)
    left_optimizer.apply_gradients(zip(gradients, left.trainable_variables))
    right_optimizer.apply_gradients(zip(gradients, right.trainable_variables))  # error: right
```

Under Keras 3 a variable's name does not hold that of its layer.

```python
import keras
import tensorflow as tf

inputs = keras.Input([3])
body = keras.layers.Dense(4, activation="tanh", name="body")(inputs)
model = keras.Model(inputs, keras.layers.Dense(1, name="head")(body))
slow = [one for one in model.trainable_variables if "body" in one.name]  # error[keras3]: body
fast = model.get_layer("head").trainable_variables
rates = [(slow, keras.optimizers.SGD(0.01)), (fast, keras.optimizers.SGD(0.1))]
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
for _ in range(2):
    with tf.GradientTape(persistent=True) as tape:
        loss = tf.reduce_mean(tf.square(model(x) - y))
    for variables, optimizer in rates:
        if variables:
            optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
```

Or in the list that a loop goes through.

```python
import tensorflow as tf

encoder = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(4, name="encoder")])
attention = tf.keras.Sequential([tf.keras.Input([4]), tf.keras.layers.Dense(4, name="attention")])
head = tf.keras.Sequential([tf.keras.Input([4]), tf.keras.layers.Dense(1, name="head")])
parts = [encoder, head]  # warning: attention
variables = []
for part in parts:
    variables += part.trainable_variables
optimizer = tf.keras.optimizers.SGD(0.1)
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
for _ in range(2):
    with tf.GradientTape() as tape:
        encoded = encoder(x)
        loss = tf.reduce_mean(tf.square(head(encoded * attention(encoded)) - y))
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
```

A list stays that of the model it was taken of, when a larger one gets the name.

```python
import tensorflow as tf

x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
model = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(1, name="first")])
weights = model.trainable_variables  # warning: second
optimizer = tf.keras.optimizers.SGD(0.1)


def step():
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model(x) - y))
    optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))


for _ in range(2):
    step()
model = tf.keras.Sequential([model, tf.keras.layers.Dense(1, name="second")])
optimizer = tf.keras.optimizers.SGD(0.1)
for _ in range(2):
    step()
```

## Use instead

```python
import tensorflow as tf

encoder = tf.keras.layers.Dense(2, name="encoder")
critic = tf.keras.layers.Dense(1, name="critic")
x = tf.random.normal([8, 3])
with tf.GradientTape() as encoder_tape, tf.GradientTape() as critic_tape:
    encoder_loss = tf.reduce_mean(tf.square(encoder(x)))
    critic_loss = tf.reduce_mean(tf.square(critic(x) - 1.0))
encoder_gradients = encoder_tape.gradient(encoder_loss, encoder.trainable_variables)
critic_gradients = critic_tape.gradient(critic_loss, critic.trainable_variables)
```

## Fix

`--unsafe-fixes` asks for the variables of the model that was left out, besides the others or instead of them.

```python
import tensorflow as tf

encoder = tf.keras.layers.Dense(2, name="encoder")
decoder = tf.keras.layers.Dense(3, name="decoder")
optimizer = tf.keras.optimizers.SGD(0.1)
x = tf.random.normal([8, 3])
decoder(encoder(x))
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(decoder(encoder(x)) - x))
    variables = encoder.trainable_variables + decoder.trainable_variables
    gradients = tape.gradient(loss, variables)
    optimizer.apply_gradients(zip(gradients, variables))
```

It calls the model that the name of the result speaks of.

```python
import tensorflow as tf

critic_1 = tf.keras.layers.Dense(1, name="critic_1")
critic_2 = tf.keras.layers.Dense(1, name="critic_2")
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
critic_1(x), critic_2(x)
for _ in range(2):
    with tf.GradientTape() as tape:
        q_1 = critic_1(x)
        q_2 = critic_2(x)
        loss = tf.reduce_mean(tf.square(q_1 - y)) + tf.reduce_mean(tf.square(q_2 - y))
    variables = critic_1.trainable_variables + critic_2.trainable_variables
    gradients = tape.gradient(loss, variables)
```

It uses the result that was computed and forgotten, where a name like it stands in its place.

```python
import tensorflow as tf

encoder = tf.keras.layers.Dense(2, name="encoder")
critic = tf.keras.layers.Dense(1, name="critic")
x = tf.random.normal([8, 3])
encoder(x), critic(x)
with tf.GradientTape() as encoder_tape, tf.GradientTape() as critic_tape:
    encoder_loss = tf.reduce_mean(tf.square(encoder(x)))
    critic_loss = tf.reduce_mean(tf.square(critic(x) - 1.0))
encoder_gradients = encoder_tape.gradient(encoder_loss, encoder.trainable_variables)
critic_gradients = critic_tape.gradient(critic_loss, critic.trainable_variables)
```

```python
import tensorflow as tf

actor = tf.keras.layers.Dense(2, name="actor")
critic = tf.keras.layers.Dense(1, name="critic")
actor_optimizer, critic_optimizer = tf.keras.optimizers.SGD(0.1), tf.keras.optimizers.SGD(0.1)
states, actions, rewards = tf.random.normal([8, 3]), tf.random.normal([8, 2]), tf.random.normal([8, 1])
critic(actor(states))
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(critic(actions) - rewards))
    gradients = tape.gradient(loss, critic.trainable_variables)
    critic_optimizer.apply_gradients(zip(gradients, critic.trainable_variables))
    with tf.GradientTape() as tape:
        new_actions = actor(states)
        loss = -tf.reduce_mean(critic(new_actions))
    gradients = tape.gradient(loss, actor.trainable_variables)
    actor_optimizer.apply_gradients(zip(gradients, actor.trainable_variables))
```

```python
import tensorflow as tf


class Fit:
    def __init__(self):
        self.net = tf.keras.layers.Dense(1, name="net")
        self.rate = tf.Variable(0.5, name="rate")
        self.optimizer = tf.keras.optimizers.SGD(0.1)

    def step(self, x):
        weights = self.net.trainable_variables + [self.rate]
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(self.net(x) * self.rate - 1.0))
        self.optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))


fit = Fit()
x = tf.random.normal([8, 3])
fit.net(x)
for _ in range(2):
    fit.step(x)
```

They take the gradients of both lists where those of one are applied to the other as well.

```python
import tensorflow as tf

left = tf.keras.layers.Dense(1, name="left")
right = tf.keras.layers.Dense(1, name="right")
left_optimizer, right_optimizer = tf.keras.optimizers.SGD(0.1), tf.keras.optimizers.SGD(0.1)
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
left(x), right(x)
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(left(x) - y)) + tf.reduce_mean(tf.square(right(x) - y))
    gradients, others = tape.gradient(loss, [left.trainable_variables, right.trainable_variables])
    left_optimizer.apply_gradients(zip(gradients, left.trainable_variables))
    right_optimizer.apply_gradients(zip(others, right.trainable_variables))
```

They look into the path of a variable, which holds the name of its layer.

```python
import keras
import tensorflow as tf

inputs = keras.Input([3])
body = keras.layers.Dense(4, activation="tanh", name="body")(inputs)
model = keras.Model(inputs, keras.layers.Dense(1, name="head")(body))
slow = [one for one in model.trainable_variables if "body" in one.path]
fast = model.get_layer("head").trainable_variables
rates = [(slow, keras.optimizers.SGD(0.01)), (fast, keras.optimizers.SGD(0.1))]
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
for _ in range(2):
    with tf.GradientTape(persistent=True) as tape:
        loss = tf.reduce_mean(tf.square(model(x) - y))
    for variables, optimizer in rates:
        if variables:
            optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
```

They list the variables of the model that has the name, when they are used.

```python
import tensorflow as tf

x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
model = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(1, name="first")])
optimizer = tf.keras.optimizers.SGD(0.1)


def step():
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model(x) - y))
    optimizer.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables))


for _ in range(2):
    step()
model = tf.keras.Sequential([model, tf.keras.layers.Dense(1, name="second")])
optimizer = tf.keras.optimizers.SGD(0.1)
for _ in range(2):
    step()
```

It is named in the list that the loop goes through.

```python
import tensorflow as tf

encoder = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(4, name="encoder")])
attention = tf.keras.Sequential([tf.keras.Input([4]), tf.keras.layers.Dense(4, name="attention")])
head = tf.keras.Sequential([tf.keras.Input([4]), tf.keras.layers.Dense(1, name="head")])
parts = [encoder, head, attention]
variables = []
for part in parts:
    variables += part.trainable_variables
optimizer = tf.keras.optimizers.SGD(0.1)
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
for _ in range(2):
    with tf.GradientTape() as tape:
        encoded = encoder(x)
        loss = tf.reduce_mean(tf.square(head(encoded * attention(encoded)) - y))
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
```
"""

from __future__ import annotations

from gradcheck.base.spoken_names import MISTAKEN
from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule, Words

RULE = Rule(
    __name__,
    code="GC405",
    kind=Kind.WRONG_VARIABLES,
    severity=Severity.ERROR,
    since="0.1",
    headline="{labels} {get} no gradient: `{code}` names the wrong variables",
    why="The loss does not depend on the variables that are asked for, or depends on others that are not.",
    advice="Ask for the variables of the model that computed this loss.",
    variants=(
        (
            MISTAKEN,
            Words(
                headline="{labels} {get} no gradient: `{code}` calls another one in its place",
                why="By the name of its result this line is about `{detail}`, which nothing else here uses.",
                advice="Call `{detail}` here.",
            ),
        ),
        (
            "others",
            Words(
                headline="{labels} {get} no gradient: `{code}` applies those of other variables",
                why=(
                    "zip() pairs by place alone: these variables are moved by what was computed for others, "
                    "and nothing computes a gradient for them."
                ),
                advice="Take a gradient for these variables, too, and zip it with them.",
            ),
        ),
        (
            "left-out",
            Words(
                headline="{labels} {is_} not trained: no gradient is asked for, `{code}` leaves them out",
                why=(
                    "The loss depends on these weights and could move them. What is listed is all that is "
                    "trained, so they keep the values they start with."
                ),
                advice="Add their variables to the list: `{code} + other.trainable_variables`.",
            ),
        ),
        (
            "anew",
            Words(
                headline="{labels} {is_} made anew in every step by `{code}`, and {is_} in no list",
                why="A layer that the step itself makes has new weights each time, and none of them is kept.",
                advice="Make the layer once, before the loop, and list its variables.",
            ),
        ),
        (
            "named",
            Words(
                headline="{labels} {is_} left out by `{code}`: under Keras 3 a name has no layer in it",
                why=(
                    "Keras 3 calls a variable by its own word alone, `kernel` or `bias`; the names of its "
                    "layers stand in `path`."
                ),
                advice="Ask for `v.path`, or list the layers' own `trainable_variables`.",
            ),
        ),
        (
            "skipped",
            Words(
                headline="{labels} {is_} left out where `{code}` lists the layers before and behind",
                why=(
                    "Of this model's layers some are listed before it and some behind it: what picks them "
                    "does not fit this one, and no optimizer sees it."
                ),
                advice="Let the lists together hold all of the model's `trainable_variables`.",
            ),
        ),
        (
            "zipped",
            Words(
                headline="{labels} {get} no gradient: `{code}` asks for fewer variables than are zipped",
                why=(
                    "zip() ends with the shorter list: the optimizer is given no pair for the variables that "
                    "were not asked for, and they keep their values."
                ),
                advice="Ask for the gradients of the list that they are zipped with.",
            ),
        ),
        (
            "chosen",
            Words(
                headline="{labels} {is_} left out by `{code}`, in whole or in part",
                why=(
                    "The list is chosen from the model's variables by a test that looks complete: what is "
                    "called otherwise, or has another shape, does not pass it and keeps its value."
                ),
                advice="Choose the rest by the opposite test, or list all of the model's variables.",
            ),
        ),
    ),
)
