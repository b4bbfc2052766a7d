"""Noise that a method draws anew, which is called for the layers that pass a test."""

import tensorflow as tf

layers = tf.keras.layers
data = tf.random.normal([8, 4])


class Noisy(layers.Layer):
    def __init__(self, title):
        super().__init__()
        self.title = title

    def build(self, shape):
        self.scale = self.add_weight(name=self.title, shape=[4], initializer="ones")
        self.noise = self.add_weight(name="noise", shape=[4], initializer="zeros", trainable=False)

    def draw(self):
        self.noise.assign(tf.random.normal([4]))

    def call(self, x):
        return x + self.scale * self.noise


class Head(layers.Layer):
    def __init__(self, title):
        super().__init__()
        self.inner = Noisy(title)

    def call(self, x):
        return self.inner(x)


class Net(tf.keras.Model):
    def __init__(self, part):
        super().__init__()
        self.part = part

    def draw(self):
        for layer in self.layers:
            if isinstance(layer, Noisy):  #! zero silent zero-product | isinstance(layer, Noisy)
                layer.draw()

    def call(self, x):
        return self.part(x)


for net in (Net(Head("silent")), Net(Noisy("drawn"))):
    net(data)
    net.draw()
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(net(data) ** 2)
    tape.gradient(loss, net.trainable_variables)
