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
"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts import Facts
from gradcheck.finding import Finding
from gradcheck.kinds import Kind, Severity
from gradcheck.rule import Rule

RULE = Rule(
    __name__,
    code="GC602",
    kind=Kind.FROZEN,
    severity=Severity.ERROR,
    since="0.1",
    headline="{labels} {is_} not trained: frozen after `{code}`",
    why=(
        "Weights of a layer whose `trainable` is off are left out of trainable_variables, so no optimizer "
        "sees them."
    ),
    advice=(
        "Set `trainable` before compile(), under its exact name, on the outermost layer that holds the flag."
    ),
)


def check(facts: Facts) -> Iterator[Finding]:
    """Each weight that is switched off although it is meant to train."""
    return RULE.every(facts)
