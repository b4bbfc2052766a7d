"""Gradients that are applied and change nothing; beside them what moves, or is left alone on purpose."""

import tensorflow as tf

layers = tf.keras.layers
x, y = tf.random.normal([16, 4]), tf.random.normal([16, 1])


class Scale(layers.Layer):
    def __init__(self, title, start=1.0, constraint=None):
        super().__init__()
        self.settings = {"name": title, "constraint": constraint}
        self.start = tf.keras.initializers.Constant(start)

    def build(self, shape):
        self.gain = self.add_weight(shape=[4], initializer=self.start, **self.settings)  #! ok held still

    def call(self, value):
        return tf.reduce_sum(value * self.gain, axis=-1, keepdims=True)


def trained(layer, optimizer, steps=3):
    layer(x)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(layer(x) - y))
        gradients = tape.gradient(loss, layer.trainable_variables)
        optimizer.apply_gradients(zip(gradients, layer.trainable_variables))  # noqa: B905


trained(Scale("stuck"), tf.keras.optimizers.SGD(learning_rate=0.0))  #! ok stuck still | learning_rate=0.0
trained(
    Scale("heavy", 1e6),
    tf.keras.optimizers.SGD(1e-9),  #! ok heavy still | tf.keras.optimizers.SGD(1e-9)
)
trained(Scale("held", constraint=lambda value: tf.ones_like(value)), tf.keras.optimizers.SGD(0.1))
trained(Scale("moves"), tf.keras.optimizers.SGD(1e-3))
trained(Scale("adam", 100.0), tf.keras.optimizers.Adam(1e-3))
