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
"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts import Facts
from gradcheck.finding import Finding
from gradcheck.kinds import Kind, Severity
from gradcheck.rule import Rule

RULE = Rule(
    __name__,
    code="GC405",
    kind=Kind.WRONG_VARIABLES,
    severity=Severity.ERROR,
    since="0.1",
    headline="{labels} {get} no gradient: `{code}` names the wrong variables",
    why="The loss does not depend on the variables that are asked for, or depends on others that are not.",
    advice="Ask for the variables of the model that computed this loss.",
)


def check(facts: Facts) -> Iterator[Finding]:
    """Each list of variables that belongs to another loss."""
    return RULE.every(facts)
