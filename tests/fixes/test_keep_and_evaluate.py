"""A snapshot of a weight in `build()` stays a tensor, evaluated on every call."""

from __future__ import annotations

from fixing import each_becomes, each_is_declined

from gradcheck.fix.fixes import keep_and_evaluate

HEAD = """\
import numpy as np
import tensorflow as tf


class Layer(tf.keras.layers.Layer):
"""

REPAIRED = {
    "numpy": (
        HEAD
        + """\
    def build(self, input_shape):
        self.raw = self.add_weight(name="raw", shape=[1])
        self.scale = tf.nn.softplus(self.raw.numpy())

    def call(self, x):
        return x * self.scale
""",
        HEAD
        + """\
    def build(self, input_shape):
        self.raw = self.add_weight(name="raw", shape=[1])

    @property
    def scale(self):
        return tf.nn.softplus(self.raw)

    def call(self, x):
        return x * self.scale
""",
    ),
    "both_parts": (
        HEAD
        + """\
    def build(self, input_shape):
        self.real = self.add_weight(name="real", shape=[1])
        self.imag = self.add_weight(name="imag", shape=[1])
        self.both = tf.complex(self.real.numpy(), self.imag.numpy())

    def call(self, x):
        return tf.abs(tf.cast(x, tf.complex64) * self.both)
""",
        HEAD
        + """\
    def build(self, input_shape):
        self.real = self.add_weight(name="real", shape=[1])
        self.imag = self.add_weight(name="imag", shape=[1])

    @property
    def both(self):
        return tf.complex(self.real, self.imag)

    def call(self, x):
        return tf.abs(tf.cast(x, tf.complex64) * self.both)
""",
    ),
}
LEFT = {
    "two_writers": HEAD
    + """\
    def build(self, input_shape):
        self.raw = self.add_weight(name="raw", shape=[1])
        self.scale = tf.nn.softplus(self.raw.numpy())
        self.scale = self.scale / 2.0

    def call(self, x):
        return x * self.scale
""",
}

test_it_is_repaired = each_becomes(REPAIRED)
test_it_is_left = each_is_declined(keep_and_evaluate, LEFT)
