"""A term of the loss that is dead beside one that keeps every variable alive."""

import numpy as np
import tensorflow as tf

x, y = tf.random.normal([8, 4]), tf.cast(tf.random.uniform([8, 1]) > 0.5, tf.float32)


def dense(name, units, activation=None):
    return tf.keras.layers.Dense(units, activation, use_bias=False, name=name)


def rounded_f1(target, probability):
    decided = tf.round(probability)  #! ok kernel no-gradient | tf.round(probability)
    hits = tf.reduce_sum(target * decided)
    return 1.0 - 2.0 * hits / (tf.reduce_sum(target) + tf.reduce_sum(decided) + 1e-7)


def with_f1(target, probability):
    return tf.keras.losses.binary_crossentropy(target, probability) + 0.5 * rounded_f1(target, probability)


fitted = tf.keras.Sequential([tf.keras.Input((4,)), dense("seen", 4), dense("prob", 1, "sigmoid")])
fitted.compile("sgd", with_f1)
fitted.fit(x, y, batch_size=4, epochs=2, verbose=0)


class Penalised(tf.keras.layers.Layer):
    def build(self, shape):
        self.scale = self.add_weight(name="scale", shape=(4,), initializer="ones")

    def call(self, value):
        used = tf.cast(self.scale > 0.1, tf.float32)  #! ok scale no-gradient
        self.add_loss(0.1 * tf.reduce_sum(used))
        return value * self.scale


counted = tf.keras.Sequential([tf.keras.Input((4,)), Penalised(), dense("out", 1)])
counted.compile("sgd", "mse")
counted.fit(x, y, batch_size=4, epochs=2, verbose=0)

encoder = tf.keras.Sequential([tf.keras.Input((4,)), dense("code", 2)])
decoder = tf.keras.Sequential([tf.keras.Input((2,)), dense("picture", 4)])


def elbo(batch):
    mean = encoder(batch)
    drawn = np.random.normal(loc=mean, scale=1.0)  #! ok kernel numpy | np.random.normal(loc=mean, scale=1.0)
    latent = drawn.astype("float32")
    return tf.reduce_mean((decoder(latent) - batch) ** 2), tf.reduce_mean(mean**2)


for _ in range(3):
    with tf.GradientTape() as tape:
        reconstruction, divergence = elbo(x)
        loss = reconstruction + 0.1 * divergence
    tape.gradient(loss, encoder.trainable_variables + decoder.trainable_variables)

head = tf.Variable(tf.random.normal([4, 1]), name="head")
for _ in range(3):
    with tf.GradientTape() as tape:
        logits = x @ head
        loss = tf.reduce_mean((logits - y) ** 2)
        loss += 0.1 * float(tf.reduce_sum(head**2))  #! ok head python-number | float(tf.reduce_sum(head**2))
    tape.gradient(loss, [head])

gate = tf.Variable(tf.random.normal([4]), name="gate")
mixed = tf.Variable(tf.random.normal([4, 1]), name="mixed")


@tf.function
def step():
    with tf.GradientTape() as tape:
        coarse = tf.numpy_function(np.tanh, [x * gate], tf.float32)  #! ok gate host-function
        coarse.set_shape([8, 4])
        loss = tf.reduce_mean((coarse @ mixed - y) ** 2) + tf.reduce_sum(gate**2)
    return tape.gradient(loss, [gate, mixed])


for _ in range(3):
    step()
