"""Layers of one's own that are called before any tape is open: what is in their `call` is not to blame."""

import tensorflow as tf


class Scale(tf.keras.layers.Layer):
    def __init__(self, word):
        super().__init__()
        self.word = word

    def build(self, shape):
        self.gain = self.add_weight(name=self.word, shape=(3,), initializer="ones")

    def call(self, x):
        return tf.tanh(x * self.gain)


class Trainer:
    def __init__(self):
        self.early = Scale("early")
        self.kept = tf.concat(self.made(), 0)

    def made(self):
        x = tf.ones([2, 3])
        return [self.early(x) for _ in range(2)]  #! none early outside-tape | self.early(x)


once, trainer = Scale("once"), Trainer()
slope = tf.Variable(tf.ones([3, 1]), name="slope")
fake = once(tf.ones([4, 3]))  #! none once outside-tape | once(tf.ones([4, 3]))
variables = [*once.trainable_variables, *trainer.early.trainable_variables, slope]
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(tf.matmul(fake + trainer.kept, slope)))
    gradients = tape.gradient(loss, variables)
