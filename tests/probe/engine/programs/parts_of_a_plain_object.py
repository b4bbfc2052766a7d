"""Layers in an object of a plain class, which a layer makes: Keras does not look into it."""

import tensorflow as tf


class Pooling:
    def __init__(self):
        self.scores = tf.keras.layers.Dense(1, use_bias=False, name="scores")

    def __call__(self, x):
        return tf.reduce_sum(tf.nn.softmax(self.scores(x), axis=1) * x, axis=1)


class Tagger(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.pooling = Pooling()  #! untracked kernel untracked | Pooling()
        self.head = tf.keras.layers.Dense(1, name="head")

    def call(self, x):
        return self.head(self.pooling(x))


model = Tagger()
model.compile("sgd", "mse")
model.fit(tf.random.normal([8, 4, 3]), tf.random.normal([8, 1]), verbose=0)
