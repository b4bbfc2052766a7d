"""Layers that every call or step makes anew, copies in place of the originals, and programs like them."""

from __future__ import annotations

import pytest

from tests.facts.marked import check

HEAD = """
class Inner(layers.Layer):
    def build(self, shape):
        self.w = self.add_weight(name="w", shape=(shape[-1], 4))
    def call(self, x):
        return x @ self.w
"""
STEP = """
body = layers.Dense(8, name="body")
opt = tf.keras.optimizers.SGD(0.1)
x, y = tf.ones((4, 4)), tf.ones((4, 1))
"""

BUGS = {
    "a layer of one's own, made in a call": (
        "GC601",
        HEAD
        + """
class Outer(layers.Layer):
    def call(self, x):
        return Inner()(x)  # error: w
model = tf.keras.Sequential([tf.keras.Input((4,)), Outer(), layers.Dense(1)])
""",
    ),
    "a layer made between the tape and its question": (
        "GC405",
        STEP
        + """
@tf.function
def step(x, y):
    with tf.GradientTape() as tape:
        out = layers.Dense(1, name="head")(body(x))  # warning: head
        loss = tf.reduce_mean(tf.square(out - y))
    gradients = tape.gradient(loss, body.trainable_variables)
    opt.apply_gradients(zip(gradients, body.trainable_variables))
for _ in range(2):
    step(x, y)
""",
    ),
    "a copy by from_config runs, and the original is listed": (
        "GC405",
        STEP
        + """
body.build((None, 4))
copy = layers.Dense.from_config(body.get_config())
head = layers.Dense(1, name="head")
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(head(copy(x)) - y))
    variables = body.trainable_variables + head.trainable_variables
    gradients = tape.gradient(loss, variables)  # error: body
    opt.apply_gradients(zip(gradients, variables))
""",
    ),
    "a deep copy runs, and the original is listed": (
        "GC405",
        STEP
        + """
import copy
body.build((None, 4))
twin = copy.deepcopy(body)
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(twin(x) - y))
    gradients = tape.gradient(loss, body.trainable_variables)  # error: body
    opt.apply_gradients(zip(gradients, body.trainable_variables))
""",
    ),
}
SILENT = {
    "a layer of one's own, made in build": HEAD
    + """
class Outer(layers.Layer):
    def build(self, shape):
        self.inner = Inner()
    def call(self, x):
        return self.inner(x)
model = tf.keras.Sequential([tf.keras.Input((4,)), Outer(), layers.Dense(1)])
""",
    "a layer made before the loop, in the function that steps": STEP
    + """
def train():
    head = layers.Dense(1, name="head")
    for _ in range(2):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(head(body(x)) - y))
        variables = body.trainable_variables + head.trainable_variables
        opt.apply_gradients(zip(tape.gradient(loss, variables), variables))
train()
""",
    "the copy that runs is listed": STEP
    + """
copy = layers.Dense.from_config(body.get_config())
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(copy(x) - y))
    opt.apply_gradients(zip(tape.gradient(loss, copy.trainable_variables), copy.trainable_variables))
""",
}


@pytest.mark.parametrize(("rule", "program"), BUGS.values(), ids=BUGS)
def test_the_fault_is_found(rule: str, program: str) -> None:
    check(program, rule)


@pytest.mark.parametrize("program", SILENT.values(), ids=SILENT)
def test_look_alike_is_silent(program: str) -> None:
    check(program, "")
