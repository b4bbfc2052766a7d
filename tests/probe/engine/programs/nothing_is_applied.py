"""An optimizer that is made and never gets the gradients that are taken."""

import tensorflow as tf

x = tf.random.normal([8, 3])
layer = tf.keras.layers.Dense(1)


def train(steps):
    optimizer = tf.keras.optimizers.SGD(0.01)
    losses = []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(layer(x) ** 2)
        gradients = tape.gradient(loss, layer.trainable_variables)  #! unlisted kernel,bias not-applied
        losses.append((optimizer.learning_rate, tf.linalg.global_norm(gradients)))
    return losses


train(3)
