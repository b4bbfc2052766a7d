"""Two models that are kept, or handed over, in each other's place.

## What it does

Flags a constructor that keeps `student` as `self.teacher` and `teacher` as `self.student`, and a call that
gives one argument the other's name, where the variables of one of the two are trained.

## Why is this bad

Everything runs and the loss falls, for the wrong model: the one that was to be trained stays as it was.

## Example

```python
import tensorflow as tf


class Distiller:
    def __init__(self, student, teacher):
        self.teacher = student  # error: small
        self.student = teacher
        self.optimizer = tf.keras.optimizers.SGD(0.1)

    def step(self, x):
        wanted = self.teacher(x)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(self.student(x) - wanted))
        variables = self.student.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))


small = tf.keras.layers.Dense(3, name="small")
large = tf.keras.layers.Dense(3, name="large")
Distiller(small, large).step(tf.random.normal([8, 3]))
```

```python
import tensorflow as tf


class Distiller:
    def __init__(self, student, teacher):
        self.student = student
        self.teacher = teacher
        self.scale = tf.Variable(1.0, name="scale")

    def gradients(self, x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(self.student(x) - self.scale * self.teacher(x)))
        return tape.gradient(loss, [self.scale, *self.student.trainable_variables])


student = tf.keras.layers.Dense(3, name="small")
teacher = tf.keras.layers.Rescaling(2.0)
Distiller(teacher, student).gradients(tf.random.normal([8, 3]))  # error: small
```

## Use instead

```python
import tensorflow as tf


class Distiller:
    def __init__(self, student, teacher):
        self.teacher = teacher
        self.student = student
        self.optimizer = tf.keras.optimizers.SGD(0.1)

    def step(self, x):
        wanted = tf.stop_gradient(self.teacher(x))
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(self.student(x) - wanted))
        variables = self.student.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))


small = tf.keras.layers.Dense(3, name="small")
large = tf.keras.layers.Rescaling(2.0)
Distiller(small, large).step(tf.random.normal([8, 3]))
```

## Fix

With `--unsafe-fixes`, each of the two gets the place that has its name.

```python
import tensorflow as tf


class Distiller:
    def __init__(self, student, teacher):
        self.student = student
        self.teacher = teacher
        self.scale = tf.Variable(1.0, name="scale")

    def gradients(self, x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(self.student(x) - self.scale * self.teacher(x)))
        return tape.gradient(loss, [self.scale, *self.student.trainable_variables])


student = tf.keras.layers.Dense(3, name="small")
teacher = tf.keras.layers.Rescaling(2.0)
Distiller(student, teacher).gradients(tf.random.normal([8, 3]))
```
"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.facts import Facts
from gradcheck.report.finding import Finding
from gradcheck.report.kinds import Kind, Severity
from gradcheck.rule import Rule

RULE = Rule(
    __name__,
    code="GC408",
    kind=Kind.ROLES_SWAPPED,
    severity=Severity.ERROR,
    since="0.2",
    headline="{labels} {is_} not trained: `{code}` puts one model in the other's place",
    why="Two models stand in each other's place, so what is meant to train one of them trains the other.",
    advice="Give each model the place that has its name.",
)


def check(facts: Facts) -> Iterator[Finding]:
    """Each pair whose places are exchanged."""
    return RULE.every(facts)
