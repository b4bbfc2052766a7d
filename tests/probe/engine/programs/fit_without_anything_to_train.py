"""Keras 3 asks for no gradient at all where a model lists nothing to train."""

import tensorflow as tf


class Scale(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.by = tf.Variable(2.0, name="by")  #![keras3] untracked by untracked
        self.off = tf.Variable(2.0, name="off", trainable=False)

    def call(self, value):
        return value * self.by + self.off


model = tf.keras.Sequential([tf.keras.Input([3]), Scale()])
model.compile("sgd", "mse")
model.fit(tf.ones([8, 3]), tf.zeros([8, 3]), verbose=0)
