"""A tape that watches nothing by itself has to be told of each variable."""

import tensorflow as tf

slope = tf.Variable([[1.0], [2.0]], name="slope")
rate = tf.Variable(0.1, name="rate")
x = tf.constant([[0.5, -0.2]])

with tf.GradientTape(watch_accessed_variables=False) as tape:  #! none rate not-watched
    tape.watch(slope)
    loss = tf.reduce_sum(tf.square(tf.matmul(x, slope) * tf.exp(rate) - 1.0))
gradients = tape.gradient(loss, [slope, rate])
