"""Gradients are applied."""

from __future__ import annotations

import pytest
from fixing import changes, offered

from gradcheck.fix.fixes import apply_the_gradients


def test_by_the_one_optimizer():
    text = """import tensorflow as tf

head = tf.keras.layers.Dense(1, name="head")
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
optimizer = tf.keras.optimizers.SGD(0.1)
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(head(x) - y))
    gradients = tape.gradient(loss, head.trainable_variables)  # the slope
"""
    assert (
        changes(text)
        == """+    optimizer.apply_gradients(zip(gradients, head.trainable_variables))
"""
    )


def test_declines_by_one_of_two():
    text = """import tensorflow as tf

head = tf.keras.layers.Dense(1, name="head")
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
optimizer = tf.keras.optimizers.SGD(0.1)
other = tf.keras.optimizers.Adam()
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(head(x) - y))
    gradients = tape.gradient(loss, head.trainable_variables)  # the slope
"""
    assert offered(apply_the_gradients, text) == [None] * 1


STEP = """import tensorflow as tf


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.head = tf.keras.layers.Dense(1, name="head")

    def call(self, x):
        return self.head(x)

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(self(x) - y))
        gradients = tape.gradient(loss, self.trainable_variables)
        {}
        return {{"loss": loss}}


model = Net()
model.compile(optimizer="sgd")
model.fit(tf.random.normal([8, 3]), tf.random.normal([8, 1]), verbose=0)
"""
APPLIES = "+        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))\n"


@pytest.mark.parametrize(
    "line",
    [
        "pass",
        "gradients, norm = tf.clip_by_global_norm(gradients, 1.0)",
        "gradients = [tf.clip_by_norm(one, 1.0) for one in gradients]",
    ],
)
def test_in_a_step_of_a_model(line: str) -> None:
    assert changes(STEP.format(line)) == APPLIES


@pytest.mark.parametrize(
    "line",
    ["print(gradients)", "self.other_optimizer.build(self.trainable_variables)"],
)
def test_declines_in_a_step_that_has_more(line: str) -> None:
    assert {*offered(apply_the_gradients, STEP.format(line))} <= {None}
