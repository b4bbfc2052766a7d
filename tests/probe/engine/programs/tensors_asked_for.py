import tensorflow as tf

w = tf.Variable([1.0, 2.0], name="w")
picture = tf.constant([1.0, 2.0])
other = tf.constant([1.0, 2.0])
with tf.GradientTape() as tape:
    loss = tf.reduce_sum(picture * picture)
tape.gradient(loss, picture)  #! none picture not-watched | tape.gradient(loss, picture)
with tf.GradientTape() as tape:
    tape.watch(other)
    loss = tf.reduce_sum(w * w)
tape.gradient(loss, [w, other])  #! none other wrong-variables


def features(image):
    return tf.nn.relu(image @ w[:, None])


def score(image):
    return tf.reduce_sum(features(image))


def class_activation(photo):
    with tf.GradientTape() as tape:
        maps = features(photo)
        best = score(photo)  #! none maps wrong-variables | score(photo)
    return tape.gradient(best, maps)


class_activation(tf.constant([[1.0, 2.0]]))
