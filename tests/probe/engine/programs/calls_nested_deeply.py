"""Layers nested almost as deeply as Python allows: what stands between their calls must not add to that."""

import tensorflow as tf


class Leaf(tf.keras.layers.Layer):
    def build(self, shape):
        self.gain = self.add_weight(name="gain", shape=(), initializer="ones")
        self.spare = self.add_weight(name="spare", shape=(), initializer="ones")  #! none spare unused-weight

    def call(self, x):
        return x * self.gain


class Nested(tf.keras.layers.Layer):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def call(self, x):
        return self.inner(x)


layer = Leaf()
for _ in range(40):
    layer = Nested(layer)
x = tf.ones([2, 3])
layer(x)
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(layer(x))
    tape.gradient(loss, layer.trainable_variables)
