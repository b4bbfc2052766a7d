"""Only the places of a sort are used; a normalisation over a single value takes off all there is."""

import tensorflow as tf

x = tf.random.normal([8, 3])


class Reorder(tf.keras.layers.Layer):
    def build(self, shape):
        self.priority = self.add_weight(name="priority", shape=(3,), initializer="random_normal")
        self.scale = self.add_weight(name="scale", shape=(3,), initializer="ones")

    def call(self, value):
        order = tf.argsort(self.priority)  #! none priority no-gradient | tf.argsort(self.priority)
        best, _ = tf.math.top_k(self.scale * value, 2)
        return tf.gather(value, order, axis=1)[:, :2] * best


layer = Reorder()
layer(x)
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(layer(x) ** 2)
    tape.gradient(loss, layer.trainable_variables)

sensor = tf.Variable(tf.random.normal([3, 1]), name="sensor")
for _ in range(3):
    with tf.GradientTape() as tape:
        one = x @ sensor
        centred = one - tf.reduce_mean(one, axis=-1, keepdims=True)  #! zero sensor constant-output
        loss = tf.reduce_mean((centred - 0.5) ** 2)
    tape.gradient(loss, [sensor])
