"""A gradient that is computed and changes nothing.

## What it does

Flags a gradient with respect to trainable variables that is neither applied by an optimizer nor used in an
update.

## Why is this bad

The gradient is right, and the variable keeps its value.
The loss may fall all the same, because other variables train.

## Example

```python
import tensorflow as tf

encoder = tf.keras.layers.Dense(2, name="encoder")
decoder = tf.keras.layers.Dense(3, name="decoder")
optimizer = tf.keras.optimizers.SGD(0.1)
x = tf.random.normal([8, 3])
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(decoder(encoder(x)) - x))
    variables = encoder.trainable_variables + decoder.trainable_variables
    gradients = tape.gradient(loss, variables)
    optimizer.apply_gradients(zip(gradients, encoder.trainable_variables))  # warning[flows]: decoder
```

Nothing at all happens to these gradients.

```python
import tensorflow as tf

head = tf.keras.layers.Dense(1, name="head")
optimizer = tf.keras.optimizers.SGD(0.1)
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(head(x) - y))
    gradients = tape.gradient(loss, head.trainable_variables)  # warning[flows]: head
```

A sum of gradients is set to zero before it is applied, not after.

```python
import tensorflow as tf


class Sums:
    def __init__(self, variables):
        self.sums = [tf.Variable(tf.zeros_like(one), trainable=False) for one in variables]

    def add(self, gradients):
        for total, gradient in zip(self.sums, gradients):
            total.assign_add(gradient)

    def reset(self):
        for total in self.sums:
            total.assign(tf.zeros_like(total))

    def mean(self):
        return [total / 2.0 for total in self.sums]


head = tf.keras.layers.Dense(1, name="head")
optimizer = tf.keras.optimizers.SGD(0.1)
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
head(x)
sums = Sums(head.trainable_variables)
for step in range(4):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(head(x) - y))
    sums.add(tape.gradient(loss, head.trainable_variables))
    if step % 2:
        sums.reset()  # warning[flows]: head
        optimizer.apply_gradients(zip(sums.mean(), head.trainable_variables))
```

So it is where each round of a loop replaces the sum instead of adding to it, and where it applies gradients
that were computed before the loop.

Nothing is left of a gradient that is clipped by bounds in each other's place.

```python
import tensorflow as tf

head = tf.keras.layers.Dense(1, name="head")
optimizer = tf.keras.optimizers.SGD(0.1)
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(head(x) - y))
    gradients = tape.gradient(loss, head.trainable_variables)
    clipped = [tf.clip_by_value(one, 1.0, -1.0) for one in gradients]  # error[flows]: head
    optimizer.apply_gradients(zip(clipped, head.trainable_variables))
```

A loop adds to the names of its round, and the list keeps its zeros.

```python
import tensorflow as tf

net = tf.keras.layers.Dense(1, name="net")
optimizer = tf.keras.optimizers.SGD(0.1)
x, y = tf.random.normal([8, 3]), tf.ones([8, 1])
net(x)
for _ in range(2):
    totals = [tf.zeros_like(variable) for variable in net.trainable_variables]
    for _ in range(2):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(net(x) - y))
        gradients = tape.gradient(loss, net.trainable_variables)
        for total, gradient in zip(totals, gradients):
            total += gradient / 2  # warning[flows]: net
    optimizer.apply_gradients(zip(totals, net.trainable_variables))
```

## Use instead

```python
import tensorflow as tf

encoder = tf.keras.layers.Dense(2, name="encoder")
decoder = tf.keras.layers.Dense(3, name="decoder")
optimizer = tf.keras.optimizers.SGD(0.1)
x = tf.random.normal([8, 3])
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(decoder(encoder(x)) - x))
    variables = encoder.trainable_variables + decoder.trainable_variables
    gradients = tape.gradient(loss, variables)
    optimizer.apply_gradients(zip(gradients, variables))
```

## Fix

`--unsafe-fixes` zips gradients with the variables they were computed for, and applies those that are not
used at all, if there is one optimizer to do it. A sum is added to in its variable, and set to zero after it
was applied.

```python
import tensorflow as tf

encoder = tf.keras.layers.Dense(2, name="encoder")
decoder = tf.keras.layers.Dense(3, name="decoder")
optimizer = tf.keras.optimizers.SGD(0.1)
x = tf.random.normal([8, 3])
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(decoder(encoder(x)) - x))
    variables = encoder.trainable_variables + decoder.trainable_variables
    gradients = tape.gradient(loss, variables)
    optimizer.apply_gradients(zip(gradients, variables))
```

```python
import tensorflow as tf

head = tf.keras.layers.Dense(1, name="head")
optimizer = tf.keras.optimizers.SGD(0.1)
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(head(x) - y))
    gradients = tape.gradient(loss, head.trainable_variables)
    optimizer.apply_gradients(zip(gradients, head.trainable_variables))
```

```python
import tensorflow as tf


class Sums:
    def __init__(self, variables):
        self.sums = [tf.Variable(tf.zeros_like(one), trainable=False) for one in variables]

    def add(self, gradients):
        for total, gradient in zip(self.sums, gradients):
            total.assign_add(gradient)

    def reset(self):
        for total in self.sums:
            total.assign(tf.zeros_like(total))

    def mean(self):
        return [total / 2.0 for total in self.sums]


head = tf.keras.layers.Dense(1, name="head")
optimizer = tf.keras.optimizers.SGD(0.1)
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
head(x)
sums = Sums(head.trainable_variables)
for step in range(4):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(head(x) - y))
    sums.add(tape.gradient(loss, head.trainable_variables))
    if step % 2:
        optimizer.apply_gradients(zip(sums.mean(), head.trainable_variables))
        sums.reset()
```

They give bounds in their order.

```python
import tensorflow as tf

head = tf.keras.layers.Dense(1, name="head")
optimizer = tf.keras.optimizers.SGD(0.1)
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(head(x) - y))
    gradients = tape.gradient(loss, head.trainable_variables)
    clipped = [tf.clip_by_value(one, -1.0, 1.0) for one in gradients]
    optimizer.apply_gradients(zip(clipped, head.trainable_variables))
```

They make the list of sums anew.

```python
import tensorflow as tf

net = tf.keras.layers.Dense(1, name="net")
optimizer = tf.keras.optimizers.SGD(0.1)
x, y = tf.random.normal([8, 3]), tf.ones([8, 1])
net(x)
for _ in range(2):
    totals = [tf.zeros_like(variable) for variable in net.trainable_variables]
    for _ in range(2):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(net(x) - y))
        gradients = tape.gradient(loss, net.trainable_variables)
        totals = [total + gradient / 2 for total, gradient in zip(totals, gradients)]
    optimizer.apply_gradients(zip(totals, net.trainable_variables))
```
"""

from __future__ import annotations

from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule, Words

RULE = Rule(
    __name__,
    code="GC407",
    kind=Kind.NOT_APPLIED,
    severity=Severity.WARNING,
    since="0.1",
    headline="{labels} {get} a gradient that is never applied",
    why=(
        "`{code}` computes the gradient, and no optimizer and no assignment uses it: the variable keeps its "
        "value."
    ),
    advice="Hand every gradient to apply_gradients, zipped with the variables it was computed for.",
    variants=(
        (
            "unkept",
            Words(
                headline="{labels} {get} zeros in place of a gradient: nothing keeps `{code}`",
                why=(
                    "A tensor does not change: `+=` makes a new one under the name of the loop's round, and "
                    "the list that is applied keeps the zeros it began with."
                ),
                advice=(
                    "Make the list anew (`sums = [a + b for a, b in zip(sums, gradients)]`), or add to "
                    "variables (`assign_add`)."
                ),
            ),
        ),
        (
            "zip",
            Words(
                headline="{labels} {get} a gradient that is not applied: `{code}` is for others alone",
                why=(
                    "zip() ends with the shorter list: gradients whose variables are not in the other list "
                    "are dropped, and those variables keep their values."
                ),
                advice="Zip the gradients with the variables they were computed for.",
            ),
        ),
        (
            "zeros",
            Words(
                headline="{labels} {get} zeros in place of a gradient that was computed: `{code}`",
                why=(
                    "What the optimizer applies has been set to zero, or was never added to: the gradients "
                    "that were computed go nowhere, and the variables keep their values."
                ),
                advice="Apply the sum of the gradients first, then set it to zero for the next one.",
            ),
        ),
        (
            "constant",
            Words(
                headline=(
                    "{labels} {get} the same numbers whatever the gradient is: `{code}` leaves nothing of it"
                ),
                why=(
                    "Bounds with nothing between them, a norm of zero or a factor of zero make a constant of "
                    "every gradient: what the optimizer applies has nothing to do with the loss."
                ),
                advice="Give the lower bound first, `tf.clip_by_value(gradient, -limit, limit)`.",
            ),
        ),
        (
            "rebound",
            Words(
                headline="{labels} {get} a gradient that is never applied: `{code}` is only a tensor here",
                why=(
                    "An assignment gives the name another value: the variable that it stood for keeps what "
                    "it held, and that is what the optimizer applies."
                ),
                advice="Write to the variable: `{code}.assign_add(...)`.",
            ),
        ),
        (
            "optimizer",
            Words(
                headline="{labels} {get} a gradient that {where} does not apply: it writes to no variable",
                why=(
                    "Keras hands the variable to the optimizer's step, and takes nothing back: `{code}` "
                    "changes no more than a name, and the variable keeps what it held."
                ),
                advice="Write to the variable: `self.assign_sub(variable, ...)`, or its own `assign_sub`.",
            ),
        ),
        (
            "last",
            Words(
                headline="{labels} {get} only the last round's gradient: `{code}` replaces those before",
                why=(
                    "The list starts as zeros, as a sum does, and every round of the loop puts its own "
                    "gradients in its place; one step applies what the last round left."
                ),
                advice="Add the gradients of each round to the list.",
            ),
        ),
        (
            "restarted",
            Words(
                headline="{labels} {get} only the last round's gradient: `{code}` begins each sum again",
                why=(
                    "Every round of the loop starts its sum from zeros, and one step after the loop applies "
                    "what the last round left."
                ),
                advice="Start the sum once, before the loop.",
            ),
        ),
        (
            "traced",
            Words(
                headline=(
                    "{labels} {get} a gradient that is never applied: `{code}` is decided once, at the trace"
                ),
                why=(
                    "A traced function runs its Python code once: the count that the test asks for stands "
                    "still, and what applies the gradients is not in the graph."
                ),
                advice="Count in a `tf.Variable`, and choose by `tf.cond`.",
            ),
        ),
        (
            "earlier",
            Words(
                headline=(
                    "{labels} {is_} moved by gradients of an earlier step: `{code}` applies the same ones in "
                    "every round"
                ),
                why=(
                    "The gradients that a round of the loop computes are never read; those that are applied "
                    "were computed once, before the loop."
                ),
                advice="Apply the gradients that the same round computes.",
            ),
        ),
    ),
)
