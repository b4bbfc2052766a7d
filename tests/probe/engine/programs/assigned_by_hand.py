"""Gradients that no optimizer gets, and rightly so: the program updates its weights itself, or only looks at
what a compiled model's gradients are.
"""

import tensorflow as tf

x = tf.random.normal([8, 3])
layer, looked_at = tf.keras.layers.Dense(1), tf.keras.Sequential([tf.keras.layers.Dense(1)])
schedule = tf.keras.optimizers.SGD(0.01)
looked_at.compile("sgd", "mse")


def importance(model):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(model(x) ** 2)
    return [gradient**2 for gradient in tape.gradient(loss, model.trainable_variables)]


for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(layer(x) ** 2)
    for weight, gradient in zip(layer.weights, tape.gradient(loss, layer.trainable_variables), strict=True):
        weight.assign_sub(tf.cast(schedule.learning_rate, tf.float32) * gradient)
    importance(looked_at)
