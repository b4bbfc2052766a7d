"""A layer that a function makes anew in each call is no part of the layer that calls for it."""

import tensorflow as tf


def scaled(name):
    return Scale(name=name)


class Scale(tf.keras.layers.Layer):
    def build(self, shape):
        self.gain = self.add_weight(name="gain", shape=(), initializer="ones")

    def call(self, x):
        return x * self.gain


class Net(tf.keras.layers.Layer):
    def build(self, shape):
        self.shift = self.add_weight(name="shift", shape=(), initializer="ones")

    def call(self, x):
        return scaled("anew")(x) + self.shift  #! untracked gain untracked | scaled("anew")(x)


net = Net()
x = tf.ones([2, 3])
net(x)
with tf.GradientTape() as tape:
    loss = tf.reduce_sum(net(x))
gradients = tape.gradient(loss, net.trainable_variables)
