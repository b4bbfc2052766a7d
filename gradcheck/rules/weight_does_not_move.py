"""A weight gets a gradient, an optimizer applies it, and nothing changes.

## What it does

Reports a variable that an optimizer updates and that still holds its first value afterwards, where the reason
is plain: a learning rate of zero, a constraint that puts the value back, a step that is lost in rounding.
It stands at the line that decides it.
The source shows a rate that is zero for certain: as a number, as what rounding or a missing setting leaves,
as a schedule has it in every epoch that runs. It shows, too, that more gradients are collected for a step
than there are batches, and a moving average that keeps its first value and takes the place of the weights.

## Why is this bad

The gradient is fine, and the variable does not learn. Neither Keras nor TensorFlow says a word.

## Example

```python
import tensorflow as tf

BATCH = 8

model = tf.keras.Sequential([tf.keras.Input([4]), tf.keras.layers.Dense(1, name="head")])
rate = 0.1 * (BATCH // 256)  # error[flows]: head
model.compile(tf.keras.optimizers.SGD(rate), "mse")
model.fit(tf.random.normal([32, 4]), tf.random.normal([32, 1]), batch_size=BATCH, verbose=0)
```

The settings have the rate under another name.

```python
import tensorflow as tf

SETTINGS = {"units": 1, "learning_rate": 0.01}


def compiled(settings):
    model = tf.keras.Sequential([tf.keras.Input([4]), tf.keras.layers.Dense(settings["units"], name="head")])
    model.compile(tf.keras.optimizers.SGD(settings.get("lr", 0.0)), "mse")  # error[flows]: head
    return model


model = compiled(SETTINGS)
model.fit(tf.random.normal([8, 4]), tf.random.normal([8, 1]), epochs=2, verbose=0)
```

A moving average keeps its first value.

```python
import tensorflow as tf

model = tf.keras.Sequential([tf.keras.Input([4]), tf.keras.layers.Dense(1, name="head")])
sgd = tf.keras.optimizers.SGD(
    0.1,
    use_ema=True,
    ema_momentum=1.0,  # error[flows]: head
    ema_overwrite_frequency=1,
)
model.compile(sgd, "mse")
model.fit(tf.random.normal([8, 4]), tf.random.normal([8, 1]), epochs=2, verbose=0)
```

## Use instead

```python
import tensorflow as tf

BATCH = 8

model = tf.keras.Sequential([tf.keras.Input([4]), tf.keras.layers.Dense(1, name="head")])
rate = 0.1 * (BATCH / 256)
model.compile(tf.keras.optimizers.SGD(rate), "mse")
model.fit(tf.random.normal([32, 4]), tf.random.normal([32, 1]), batch_size=BATCH, verbose=0)
```

## Fix

`--unsafe-fixes` reads a rate under the key that the settings have for it.

```python
import tensorflow as tf

SETTINGS = {"units": 1, "learning_rate": 0.01}


def compiled(settings):
    model = tf.keras.Sequential([tf.keras.Input([4]), tf.keras.layers.Dense(settings["units"], name="head")])
    model.compile(tf.keras.optimizers.SGD(settings.get("learning_rate", 0.0)), "mse")
    return model


model = compiled(SETTINGS)
model.fit(tf.random.normal([8, 4]), tf.random.normal([8, 1]), epochs=2, verbose=0)
```

They leave the momentum of an average to the optimizer.

```python
import tensorflow as tf

model = tf.keras.Sequential([tf.keras.Input([4]), tf.keras.layers.Dense(1, name="head")])
sgd = tf.keras.optimizers.SGD(
    0.1,
    use_ema=True,
    ema_overwrite_frequency=1,
)
model.compile(sgd, "mse")
model.fit(tf.random.normal([8, 4]), tf.random.normal([8, 1]), epochs=2, verbose=0)
```

## Look-alikes

A target network that is written with `assign`, an optimizer that collects gradients over several steps, and a
variable whose optimizer never ran are left alone.
So is a rate of zero that a later line or a callback changes, and a pass that only adapts other state of a
model whose weights come from a file.
"""

from __future__ import annotations

from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule, Words

RULE = Rule(
    __name__,
    code="GC603",
    kind=Kind.STILL,
    severity=Severity.WARNING,
    since="0.2",
    headline="{labels} {get} a gradient and {is_} not moved by it: {detail}",
    why="An optimizer was handed the gradient, and after every step the value was the one before.",
    advice="Choose a learning rate that fits the scale of the weights, and a constraint that lets them move.",
    variants=(
        (
            "rate",
            Words(
                why="Each step is a multiple of the learning rate: with zero it changes nothing.",
                advice=(
                    "Give it the rate that was meant: look for a whole-number division, a setting that is "
                    "read under another name, a warm-up that lasts longer than the run."
                ),
            ),
        ),
        (
            "collected",
            Words(
                why="The optimizer only adds the gradients up until it has enough of them for a step.",
                advice="Collect fewer gradients, or train for longer.",
            ),
        ),
        (
            "average",
            Words(
                headline=(
                    "{labels} {get} a gradient whose steps are taken back: a moving average with a momentum "
                    "of 1 keeps its first value"
                ),
                why="The average takes the place of the weights, and nothing new ever goes into it.",
                advice="Choose a momentum below 1, such as 0.99.",
            ),
        ),
    ),
)
