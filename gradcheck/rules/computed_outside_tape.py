"""A step on the way to the loss that the tape does not record.

## What it does

Flags what is computed before a `GradientTape` is entered or after it is left, when every path from a weight
to the target of `tape.gradient` goes through it.
The functions of a `tf.data` pipeline run beside every tape.

## Why is this bad

A tape records what runs inside its `with` block.
If the model was called before, or the loss computed after, the tape knows no way from the one to the other:
the gradient is None.

## Example

```python
import tensorflow as tf

model = tf.keras.Sequential([tf.keras.layers.Dense(1, name="head")])
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
for _ in range(2):
    prediction = model(x)  # error: head
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(y - prediction))
    gradients = tape.gradient(loss, model.trainable_variables)
```

```python
import tensorflow as tf

gain = tf.Variable(2.0, name="gain")
for _ in range(2):
    with tf.GradientTape() as tape:
        value = tf.square(gain - 1.0)
    loss = -value  # error: gain
    gradient = tape.gradient(loss, gain)
```

What is computed once, before the loop, is outside every tape of the loop.

```python
import tensorflow as tf

gain = tf.Variable([2.0, 3.0], name="gain")
x, y = tf.random.normal([8, 2]), tf.random.normal([8, 2])


def scaled(values):
    return values * gain  # error: gain


errors = scaled(x) - y
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(errors))
    gradient = tape.gradient(loss, gain)
```

A multivariate normal looks up what its own sample was made of; its location, which only the inverse needs,
is never read.

```python
import tensorflow as tf
import tensorflow_probability as tfp

mean = tf.Variable([0.3, 0.2], name="mean")
search = tfp.distributions.MultivariateNormalDiag(loc=mean, scale_diag=[0.7, 0.8])
for _ in range(2):
    points = search.sample(8)  # error: mean
    with tf.GradientTape() as tape:
        loss = -tf.reduce_mean(tf.reduce_sum(points, axis=1) * search.log_prob(points))
    gradient = tape.gradient(loss, mean)
```

A slope that a tape is asked for is in no tape, unless the tape records then, too.

```python
import tensorflow as tf

x = tf.random.uniform([16, 1])
with tf.GradientTape(persistent=True) as tape:
    tape.watch(x)
    u = tf.sin(3.0 * x)
slope = tape.gradient(u, x)  # error[flows]: x
bend = tape.gradient(slope, x)
```

## Use instead

```python
import tensorflow as tf

model = tf.keras.Sequential([tf.keras.layers.Dense(1, name="head")])
optimizer = tf.keras.optimizers.SGD(0.1)
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
for _ in range(2):
    with tf.GradientTape() as tape:
        prediction = model(x)
        loss = tf.reduce_mean(tf.square(y - prediction))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
```

## Fix

`--fix` moves the step into the block that has to record it, with all that it needs and all that builds on
it: to its start from above, to its end from below.

```python
import tensorflow as tf

model = tf.keras.Sequential([tf.keras.layers.Dense(1, name="head")])
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
for _ in range(2):
    with tf.GradientTape() as tape:
        prediction = model(x)
        loss = tf.reduce_mean(tf.square(y - prediction))
    gradients = tape.gradient(loss, model.trainable_variables)
```

```python
import tensorflow as tf

gain = tf.Variable(2.0, name="gain")
for _ in range(2):
    with tf.GradientTape() as tape:
        value = tf.square(gain - 1.0)
        loss = -value
    gradient = tape.gradient(loss, gain)
```

`--unsafe-fixes` computes anew in every turn of a loop, or in every call of a function, what was computed
once before it.

```python
import tensorflow as tf

gain = tf.Variable([2.0, 3.0], name="gain")
x, y = tf.random.normal([8, 2]), tf.random.normal([8, 2])


def scaled(values):
    return values * gain


for _ in range(2):
    with tf.GradientTape() as tape:
        errors = scaled(x) - y
        loss = tf.reduce_mean(tf.square(errors))
    gradient = tape.gradient(loss, gain)
```

It hands on a copy of a sample, which no cache knows.

```python
import tensorflow as tf
import tensorflow_probability as tfp

mean = tf.Variable([0.3, 0.2], name="mean")
search = tfp.distributions.MultivariateNormalDiag(loc=mean, scale_diag=[0.7, 0.8])
for _ in range(2):
    points = tf.identity(search.sample(8))
    with tf.GradientTape() as tape:
        loss = -tf.reduce_mean(tf.reduce_sum(points, axis=1) * search.log_prob(points))
    gradient = tape.gradient(loss, mean)
```

They ask for the slope where the tape records.

```python
import tensorflow as tf

x = tf.random.uniform([16, 1])
with tf.GradientTape(persistent=True) as tape:
    tape.watch(x)
    u = tf.sin(3.0 * x)
    slope = tape.gradient(u, x)
bend = tape.gradient(slope, x)
```

## Look-alikes

What holds no weight may be prepared outside, and one call before the loop only creates the weights.

```python
import tensorflow as tf

model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
optimizer = tf.keras.optimizers.SGD(0.1)
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
model(x)
for _ in range(2):
    scaled = (x - tf.reduce_mean(x)) / 2.0
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(y - model(scaled)))
    print("loss", tf.sqrt(loss))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
```
"""

from __future__ import annotations

from gradcheck.report.accounts import CACHED, NUMBERS, REMEMBERED
from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule, Words

RULE = Rule(
    __name__,
    code="GC401",
    kind=Kind.OUTSIDE_TAPE,
    severity=Severity.ERROR,
    since="0.1",
    headline="{labels} {get} no gradient: `{code}` is computed outside the tape",
    why="A GradientTape records what runs inside its `with` block and nothing else.",
    advice="Move it into the `with` block: everything from the weights to the loss belongs there.",
    variants=(
        (
            NUMBERS,
            Words(
                headline="{labels} {get} no gradient: `{code}` uses plain numbers from before the tape",
                why=(
                    "What an earlier pass left as plain numbers is data to the tape, wherever that pass "
                    "ran: no gradient goes back through a number."
                ),
                advice=(
                    "Call the model again inside the tape, on the inputs that were kept, and make the loss "
                    "of that result."
                ),
            ),
        ),
        (
            REMEMBERED,
            Words(
                headline="{labels} {get} no gradient: `{code}` was computed before the tape, and is kept",
                why=(
                    "It is computed when it is asked for first. Every step after that finds the value which "
                    "was kept, and no tape of its own has seen how that was made."
                ),
                advice=(
                    "Compute it anew in each step that trains, and take the kept one where nothing trains; "
                    "or clear it before each step."
                ),
            ),
        ),
        (
            CACHED,
            Words(
                headline="{labels} {get} no gradient: `{code}` is drawn outside the tape, and cached",
                why=(
                    "A transformed distribution (a MultivariateNormal is one) remembers what each sample is "
                    "made of. log_prob of that very tensor looks it up and never computes the inverse, "
                    "which is where the parameter would come in."
                ),
                advice=(
                    "Ask for the probability of a copy: `tf.identity(...)` or `tf.stop_gradient(...)` of the "
                    "sample, or its NumPy array."
                ),
            ),
        ),
    ),
)
