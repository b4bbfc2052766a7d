"""The gradients of a compiled model that the program only looks at: its optimizer is for `fit`."""

import tensorflow as tf

x = tf.random.normal([8, 3])
model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
model.compile(tf.keras.optimizers.SGD(0.01), "mse")
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(model(x) ** 2)
    importance = [gradient**2 for gradient in tape.gradient(loss, model.trainable_variables)]
