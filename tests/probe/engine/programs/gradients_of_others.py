"""Gradients that move the variables they were taken of, and others as well; and a copy that is kept so."""

import tensorflow as tf

x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])


def network(name):
    made = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(1, use_bias=False, name=name)])
    return made, tf.keras.optimizers.SGD(0.01)


left, by_left = network("left")
right, by_right = network("right")
copy, by_copy = network("copy")  #! unlisted kernel -
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(left(x) - y)) + tf.reduce_mean(tf.square(right(x) - y))
    own, others = left.trainable_variables, right.trainable_variables
    gradients = tape.gradient(loss, own)
    by_left.apply_gradients(zip(gradients, own, strict=True))
    by_right.apply_gradients(zip(gradients, others, strict=True))  #! unlisted kernel wrong-variables
    by_copy.apply_gradients(zip(gradients, copy.trainable_variables, strict=True))
