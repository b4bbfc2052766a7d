"""A tape computes what was left out."""

from __future__ import annotations

from fixing import changes, offered

from gradcheck.fix.fixes import differentiate_the_argument


def test_from_a_result_with_a_name():
    text = """import tensorflow as tf

@tf.custom_gradient
def clipped(x, scale):
    y = tf.tanh(x / scale) * scale

    def gradient(up):
        return up * (1.0 - tf.square(y / scale)), None  # not now

    return y, gradient


class Clip(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.scale = self.add_weight(name="scale", shape=(), initializer="ones")

    def call(self, x):
        return clipped(x, tf.convert_to_tensor(self.scale))
"""
    assert (
        changes(text)
        == """-        return up * (1.0 - tf.square(y / scale)), None  # not now
+        with tf.GradientTape() as tape:
+            tape.watch(scale)
+            value = tf.tanh(x / scale) * scale
+        return up * (1.0 - tf.square(y / scale)), tape.gradient(value, scale, output_gradients=up)  # not now
"""
    )


def test_declines_of_two_arguments():
    text = """import tensorflow as tf

@tf.custom_gradient
def clipped(x, scale):
    y = tf.tanh(x / scale) * scale

    def gradient(up):
        return None, None

    return y, gradient


class Clip(tf.keras.layers.Layer):
    def build(self, input_shape):
        self.scale = self.add_weight(name="scale", shape=(), initializer="ones")

    def call(self, x):
        return clipped(x, tf.convert_to_tensor(self.scale))
"""
    assert offered(differentiate_the_argument, text) == [None] * 1
