"""A helper that calls what it is given: what cuts was chosen where the helper is called."""

import tensorflow as tf

weight = tf.Variable([0.3, 0.7], name="weight")


def applied(function, x):
    return function(x)


with tf.GradientTape() as tape:
    rounded = applied(tf.round, weight)  #! none weight no-gradient | applied(tf.round, weight)
    loss = tf.reduce_sum(rounded)
gradients = tape.gradient(loss, [weight])
