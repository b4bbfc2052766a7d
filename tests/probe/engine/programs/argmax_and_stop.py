import tensorflow as tf

a = tf.Variable([1.0, 2.0], name="a")
b = tf.Variable([1.0, 2.0], name="b")
c = tf.Variable([1.0, 2.0], name="c")
d = tf.Variable([1.0, 2.0], name="d")
for _ in range(3):
    with tf.GradientTape() as tape:
        best = tf.argmax(a * 2.0)  #! none a no-gradient | tf.argmax(a * 2.0)
        held = tf.stop_gradient(b * b)  #! none b stopped | tf.stop_gradient(b * b)
        loss = tf.reduce_sum(c * tf.cast(best, tf.float32) + held * c)
        loss += tf.reduce_sum(tf.stop_gradient(d) * c)  #! none d stopped | tf.stop_gradient(d)
    tape.gradient(loss, [a, b, c, d])
