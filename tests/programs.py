"""Small programs that several tests use, and frames around a few lines for the tests of fixes."""

from __future__ import annotations

from textwrap import indent

IMPORTS = """import math

import numpy as np
import tensorflow as tf
import tensorflow_probability as tfp
from keras import ops
from tensorflow.keras import backend as K

tfd = tfp.distributions


"""

CAPTURE = """import tensorflow as tf


class Scale(tf.keras.layers.Layer):
    def build(self, shape):
        self.gain = self.add_weight(name="gain", shape=[1])
        self.twice = self.gain * 2.0

    def call(self, x):
        return x * self.twice
"""
"""A layer that computes with its weight once, in `build()`."""

ASKED_TWICE = """import tensorflow as tf

actor = tf.Variable(1.0, name="actor")
critic = tf.Variable(2.0, name="critic")
with tf.GradientTape() as tape:
    value = actor * critic
    actor_loss, critic_loss = -value, tf.square(value - 1.0)
actor.assign_sub(0.1 * tape.gradient(actor_loss, actor))
critic.assign_sub(0.1 * tape.gradient(critic_loss, critic))
"""
"""A tape that is asked twice and answers once."""
PERSISTENT = ASKED_TWICE.replace("GradientTape()", "GradientTape(persistent=True)")


SCALE = """import tensorflow as tf

class Scale(tf.keras.layers.Layer):
    def build(self, shape):
        self.raw = self.add_weight(name="raw", shape=[3])
        self.scale = tf.nn.softplus(self.raw)

    def call(self, x):
        return x * self.scale
"""
"""A layer that keeps what it computes of its weight in `build()`."""
SCALE_FIXED = """import tensorflow as tf

class Scale(tf.keras.layers.Layer):
    def build(self, shape):
        self.raw = self.add_weight(name="raw", shape=[3])

    @property
    def scale(self):
        return tf.nn.softplus(self.raw)

    def call(self, x):
        return x * self.scale
"""


def in_call(body: str) -> str:
    """A layer with a weight `self.w` and these lines in `call(self, x)`."""
    return f"""{IMPORTS}class Example(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.w = self.add_weight(name="w", shape=[3], initializer="ones")

    def call(self, x):
{indent(body, "        ")}
"""


def on_tape(body: str) -> str:
    """A loop whose tape records these lines, which make `loss` of a variable `w` and a tensor `x`."""
    return f"""{IMPORTS}w = tf.Variable(2.0, name="w")
x = tf.constant([1.0, 2.0])
for _ in range(2):
    with tf.GradientTape() as tape:
{indent(body, "        ")}
    gradient = tape.gradient(loss, w)
"""


def constructed(lines: str, result: str = "x * self.w") -> str:
    """A layer that is trained: what its constructor does, and what its call returns."""
    return f"""{IMPORTS}class Example(tf.keras.layers.Layer):
    def __init__(self, n=3, start=-0.5, rate=0.5):
        super().__init__()
{indent(lines, "        ")}

    def call(self, x):
        return {result}


model = tf.keras.Sequential([Example(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
"""


def with_weights(body: str) -> str:
    """A layer with two square weights `self.a` and `self.b` that start at zero, behind another layer."""
    return f"""{IMPORTS}class Example(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.a = self.add_weight(name="a", shape=[3, 3], initializer="zeros")
        self.b = self.add_weight(name="b", shape=[3, 3], initializer="zeros")

    def call(self, x):
{indent(body, "        ")}


model = tf.keras.Sequential([tf.keras.layers.Dense(3, name="before"), Example()])
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.ones([8, 3]), verbose=0)
"""


def with_layers(body: str) -> str:
    """A layer with three layers, `self.first`, `self.second` and `self.score`, and these lines in `call`."""
    return f"""{IMPORTS}class Example(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.first = tf.keras.layers.Dense(3, name="first")
        self.second = tf.keras.layers.Dense(3, name="second")
        self.score = tf.keras.layers.Conv1D(1, 1, name="score")

    def call(self, x):
{indent(body, "        ")}
"""


def in_sequence(layers: str) -> str:
    """A model of a layer and these."""
    return f"""{IMPORTS}model = tf.keras.Sequential(
    [
        tf.keras.layers.Dense(4, activation="tanh", name="before"),
{indent(layers, "        ")},
    ]
)
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.ones([8, 1]), verbose=0)
"""


def on_its_own(line: str) -> str:
    """A line that makes a variable `w`, which a loop trains."""
    return f"""{IMPORTS}{line}
scale = tf.Variable(1.0, name="scale")
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(scale * tf.cast(w, tf.float32) - 1.0)
    gradients = tape.gradient(loss, [w, scale])
"""


ROUNDED = """import tensorflow as tf


class Hard(tf.keras.layers.Layer):
    def build(self, shape):
        self.w = self.add_weight(name="w", shape=(3,))

    def call(self, x):
        return x * tf.round(self.w)
"""
"""A layer whose weight is rounded, on line 9."""
