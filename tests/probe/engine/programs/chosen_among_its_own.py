"""An index into a weight chooses among its values and cuts nothing; an index into another weight does."""

import tensorflow as tf

z = tf.random.normal([8, 1, 4])


def distances(table, points):
    return tf.reduce_sum((points - table[None]) ** 2, axis=-1)


codes = tf.Variable(tf.random.normal([5, 4]), name="codes")
stopped = tf.Variable(tf.random.normal([5, 4]), name="stopped")
encoder = tf.Variable(tf.random.normal([4]), name="encoder")
for _ in range(2):
    with tf.GradientTape() as tape:
        near = tf.gather(stopped.value(), tf.argmin(distances(stopped, z), axis=-1))
        loss = tf.reduce_mean((z[:, 0] + tf.stop_gradient(near - z[:, 0])) ** 2)  #! none stopped stopped
        latents = z * encoder
        nearest = tf.argmin(distances(codes, latents), axis=-1)  #! none encoder no-gradient
        loss += tf.reduce_mean((tf.gather(codes.value(), nearest) - tf.stop_gradient(latents[:, 0])) ** 2)
    tape.gradient(loss, [codes, stopped, encoder])
