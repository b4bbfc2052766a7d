"""The call of a step is told that it trains."""

from __future__ import annotations

import pytest
from fixing import changes

TEXT = """import tensorflow as tf


class Blend(tf.keras.Model):
    def build(self, shape):
        self.blank = self.add_weight(name="blank", shape=[3], initializer="ones")
        self.gain = self.add_weight(name="gain", shape=[3], initializer="ones")
        super().build(shape)

    def call(self, x, training=None):
        if training:
            x = tf.where(tf.random.uniform([8, 1]) < 0.5, self.blank, x)
        return x * self.gain


net = Blend()
x = tf.random.normal([8, 3])
net(x)
with tf.GradientTape() as tape:
    loss = tf.reduce_sum({call})
gradients = tape.gradient(loss, net.trainable_variables)
"""


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ("net(x)", "net(x, training=True)"),
        ("net(inputs=x)", "net(inputs=x, training=True)"),
    ],
)
def test_the_flag_is_said(call: str, told: str) -> None:
    expected = f"-    loss = tf.reduce_sum({call})\n+    loss = tf.reduce_sum({told})\n"
    assert changes(TEXT.format(call=call)) == expected
