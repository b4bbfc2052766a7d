import tensorflow as tf

w = tf.Variable([1.0, 2.0], name="w")
picture = tf.constant([1.0, 2.0])
other = tf.constant([1.0, 2.0])
with tf.GradientTape() as tape:  #! none picture not-watched
    loss = tf.reduce_sum(picture * picture)
tape.gradient(loss, picture)
with tf.GradientTape() as tape:
    tape.watch(other)
    loss = tf.reduce_sum(w * w)
tape.gradient(loss, [w, other])  #! none other wrong-variables
