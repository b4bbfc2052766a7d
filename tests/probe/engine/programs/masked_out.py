"""Rows that stand beside others: a mask, or a slice, leaves them out of the loss."""

import tensorflow as tf

data = tf.random.normal([4, 5, 3])
seen = tf.ones([4, 5])


def rows(name):
    return tf.Variable(tf.random.normal([2, 3]), name=name)


def beside(prompt):
    return tf.tanh(tf.concat([tf.tile(prompt[None], [4, 1, 1]), data], axis=1))


def masked_mean(values, mask):
    weights = mask[:, :, None]
    return tf.reduce_sum(values * weights) / tf.reduce_sum(weights)


def left_out(prompt):
    mask = tf.pad(seen, [[0, 0], [2, 0]])  #! zero left_out zero-product | tf.pad(seen, [[0, 0], [2, 0]])
    return masked_mean(beside(prompt) ** 2, mask)


def taken_in(prompt):
    mask = tf.pad(seen, [[0, 0], [2, 0]], constant_values=1.0)
    return masked_mean(beside(prompt) ** 2, mask)


def cut_away(prompt):
    return tf.reduce_mean(beside(prompt)[:, 2:] ** 2)  #! zero cut_away dead-value | beside(prompt)[:, 2:]


for loss in (left_out, taken_in, cut_away):
    weight = rows(loss.__name__)
    with tf.GradientTape() as tape:
        value = loss(weight)
    tape.gradient(value, [weight])
