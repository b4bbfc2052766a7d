"""A second question to a tape that answers only one.

## What it does

Flags the second `gradient()` call on a `GradientTape` that is not persistent.

## Why is this bad

A tape forgets what it recorded once it was asked.
The second call raises `RuntimeError`, so the variables it asks for are never trained.

## Example

```python
import tensorflow as tf

actor = tf.Variable(1.0, name="actor")
critic = tf.Variable(2.0, name="critic")
with tf.GradientTape() as tape:
    value = actor * critic
    actor_loss, critic_loss = -value, tf.square(value - 1.0)
actor.assign_sub(0.1 * tape.gradient(actor_loss, actor))
critic.assign_sub(0.1 * tape.gradient(critic_loss, critic))  # error: critic
```

## Use instead

```python
import tensorflow as tf

actor = tf.Variable(1.0, name="actor")
critic = tf.Variable(2.0, name="critic")
with tf.GradientTape(persistent=True) as tape:
    value = actor * critic
    actor_loss, critic_loss = -value, tf.square(value - 1.0)
actor.assign_sub(0.1 * tape.gradient(actor_loss, actor))
critic.assign_sub(0.1 * tape.gradient(critic_loss, critic))
del tape
```

## Fix

`--fix` makes the tape persistent.

```python
import tensorflow as tf

actor = tf.Variable(1.0, name="actor")
critic = tf.Variable(2.0, name="critic")
with tf.GradientTape(persistent=True) as tape:
    value = actor * critic
    actor_loss, critic_loss = -value, tf.square(value - 1.0)
actor.assign_sub(0.1 * tape.gradient(actor_loss, actor))
critic.assign_sub(0.1 * tape.gradient(critic_loss, critic))
```

## Look-alikes

In a loop each step enters the block anew, and one call may ask for several variables.

```python
import tensorflow as tf

actor = tf.Variable(1.0, name="actor")
critic = tf.Variable(2.0, name="critic")
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.square(actor * critic - 1.0)
    gradients = tape.gradient(loss, [actor, critic])
    actor.assign_sub(0.1 * gradients[0])
    critic.assign_sub(0.1 * gradients[1])
```
"""

from __future__ import annotations

from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule

RULE = Rule(
    __name__,
    code="GC402",
    kind=Kind.TAPE_REUSED,
    severity=Severity.ERROR,
    since="0.1",
    headline="{labels} {get} no gradient: `{code}` asks a tape that is used up",
    why=(
        "A GradientTape answers one gradient() call and forgets what it recorded; the next call raises "
        "RuntimeError."
    ),
    advice="Open it with persistent=True, ask for all gradients in one call, or open one tape per loss.",
)
