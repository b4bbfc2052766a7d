"""Small programs around a few lines: what the tests of fixes repair."""

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
