"""Collected losses join the loss."""

from __future__ import annotations

from fixing import changes, offered

from gradcheck.fix.fixes import add_the_losses


def test_of_the_model_itself():
    text = """import tensorflow as tf

class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.head = tf.keras.layers.Dense(1, name="head")
        self.scale = self.add_weight(name="scale", shape=(), initializer="ones")

    def call(self, x):
        self.add_loss(tf.square(self.scale - 2.0))
        return self.head(x)

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(self(x) - y))
        variables = self.trainable_variables
        gradients = tape.gradient(loss, variables)
        self.optimizer.apply_gradients(zip(gradients, variables))
        return {}


net = Net()
net.compile("sgd")
net.fit(tf.ones([8, 3]), tf.ones([8, 1]), verbose=0)
"""
    assert (
        changes(text)
        == """+            loss += sum(self.losses)
"""
    )


def test_declines_to_no_name():
    text = """import tensorflow as tf

class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.head = tf.keras.layers.Dense(1, name="head")
        self.scale = self.add_weight(name="scale", shape=(), initializer="ones")

    def call(self, x):
        self.add_loss(tf.square(self.scale - 2.0))
        return self.head(x)

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            losses = [tf.reduce_mean(tf.square(self(x) - y))]
        variables = self.trainable_variables
        gradients = tape.gradient(losses[0], variables)
        self.optimizer.apply_gradients(zip(gradients, variables))
        return {}


net = Net()
net.compile("sgd")
net.fit(tf.ones([8, 3]), tf.ones([8, 1]), verbose=0)
"""
    assert offered(add_the_losses, text) == [None] * 1
