"""Two heads that are joined, and of which a loss takes one alone, or the other behind a stop."""

import tensorflow as tf

x, y = tf.random.normal([8, 3]), tf.random.normal([8, 2])


def heads(name):
    return [tf.Variable(tf.random.normal([3, 2]), name=f"{name}_{part}") for part in ("mean", "spread")]


def deviance(out):
    mean, spread = tf.split(out, 2, axis=-1)
    return tf.reduce_mean(spread + tf.square(y - mean) * tf.exp(-spread))


def halted(out):
    mean, _ = tf.split(out, 2, axis=-1)
    fixed = tf.stop_gradient(out)  #! zero halted_spread stopped | tf.stop_gradient(out)
    return tf.reduce_mean(tf.square(y - mean)) + deviance(fixed)


def halved(out):
    mean, _ = tf.split(out, 2, axis=-1)  #! zero halved_spread dead-value | tf.split(out, 2, axis=-1)
    return tf.reduce_mean(tf.square(y - mean))


for loss in (halted, halved, deviance):
    weights = heads(loss.__name__)
    with tf.GradientTape() as tape:
        value = loss(tf.concat([x @ one for one in weights], axis=-1))
    tape.gradient(value, weights)
