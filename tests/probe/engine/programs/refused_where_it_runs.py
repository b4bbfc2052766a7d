"""A compiled function that no tape can record: TensorFlow raises where it is called."""

import tensorflow as tf

weight = tf.Variable([0.5, 2.0], name="votes")
well = tf.Variable(1.0, name="well")


@tf.function
def counted(values):
    return tf.math.bincount(values, weights=weight)  #! none votes no-gradient


with tf.GradientTape() as tape:
    loss = tf.square(well)
tape.gradient(loss, well)

with tf.GradientTape() as tape:
    loss = tf.reduce_sum(counted(tf.constant([0, 1])))
tape.gradient(loss, weight)
