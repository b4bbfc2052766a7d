"""Keras 2 raises where the variables of a model are listed before there are any."""

import tensorflow as tf

model = tf.keras.Sequential([tf.keras.layers.Dense(2, name="first"), tf.keras.layers.Dense(1, name="last")])
early = model.weights  #![keras2] unbuilt first,last empty-variables
x = tf.random.normal((4, 2))
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(tf.square(model(x)))
tape.gradient(loss, early or model.trainable_variables)
