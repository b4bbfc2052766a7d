"""A NumPy value on a weight's left is made a tensor of the weight's type."""

from __future__ import annotations

from fixing import each_becomes, repaired

HEAD = """\
import numpy as np
import tensorflow as tf


class Layer(tf.keras.layers.Layer):
"""

REPAIRED = {
    "a_scalar": (
        HEAD
        + """\
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3])

    def call(self, x):
        return x * (np.sqrt(2.0) * self.gain)
""",
        HEAD
        + """\
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3])

    def call(self, x):
        return x * (tf.cast(np.sqrt(2.0), self.gain.dtype) * self.gain)
""",
    ),
    "an_array": (
        HEAD
        + """\
    def build(self, input_shape):
        self.bands = np.linspace(0.0, 1.0, 3)
        self.gain = self.add_weight(name="gain", shape=[3])

    def call(self, x):
        return x + self.bands * self.gain
""",
        HEAD
        + """\
    def build(self, input_shape):
        self.bands = np.linspace(0.0, 1.0, 3)
        self.gain = self.add_weight(name="gain", shape=[3])

    def call(self, x):
        return x + tf.cast(self.bands, self.gain.dtype) * self.gain
""",
    ),
}
UNHARMED = (
    HEAD
    + """\
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3])

    def call(self, x):
        return x * (self.gain * np.float32(2.0))
"""
)


test_it_is_repaired = each_becomes(REPAIRED)


def test_a_weight_on_the_left_is_left() -> None:
    assert repaired(UNHARMED).text == UNHARMED
