"""Layers that are called behind a test of Python's which goes the other way, and ones that always run."""

import tensorflow as tf

layers = tf.keras.layers


class Gated(layers.Layer):
    def __init__(self, skip):
        super().__init__()
        self.skip = skip
        self.left = layers.Dense(2, use_bias=False, name="left")
        self.right = layers.Dense(2, use_bias=False, name="right")

    def call(self, given, training=None):
        one, other = given
        out = self.left(one)
        if training and self.skip:  #! none kernel uncalled-layer  #! none aside dead-value
            return out
        return out + self.right(other)


class Aside(layers.Layer):
    def build(self, shape):
        self.aside = self.add_weight(name="aside", shape=(3,), initializer="ones")

    def call(self, x):
        return x * self.aside


first = tf.keras.Input([3])
model = tf.keras.Model(first, layers.Dense(1, use_bias=False)(Gated(True)([first, Aside()(first)])))
model.compile("sgd", "mse")
model.fit(tf.ones((8, 3)), tf.ones((8, 1)), verbose=0)
