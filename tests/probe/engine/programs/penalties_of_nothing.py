"""A regularizer of strength zero collects nothing: a loop that leaves out the added losses loses nothing."""

import tensorflow as tf

regularizers = tf.keras.regularizers
light = tf.keras.layers.Dense(2, use_bias=False, name="light", kernel_regularizer=regularizers.l2(0.0))
x = tf.ones([2, 3])
light(x)
variables = light.trainable_variables
optimizer = tf.keras.optimizers.SGD(0.1)
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(light(x)))
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
