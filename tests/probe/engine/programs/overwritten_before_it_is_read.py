"""A value whose name is given another one before anything has read it."""

import tensorflow as tf


class Block(tf.keras.layers.Layer):
    def build(self, shape):
        self.inner = self.add_weight(name="inner", shape=(), initializer="ones")
        self.outer = self.add_weight(name="outer", shape=(), initializer="ones")

    def call(self, x):
        h = tf.tanh(x * self.inner)
        h = x * self.outer  #! none inner dead-value | x * self.outer
        return h + 0.0


block = Block()
x = tf.constant([[1.0, 2.0]])
block(x)
with tf.GradientTape() as tape:
    loss = tf.reduce_sum(block(x))
gradients = tape.gradient(loss, block.trainable_variables)
