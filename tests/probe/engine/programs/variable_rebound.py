import tensorflow as tf

w = tf.Variable([1.0, 2.0], name="w")
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(w * w)
    gradient = tape.gradient(loss, w)
    w = w - 0.1 * gradient  #! none w rebound | w - 0.1 * gradient
