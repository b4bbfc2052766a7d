import tensorflow as tf

a = tf.Variable([1.0, 2.0], name="a")
b = tf.Variable([1.0, 2.0], name="b")
c = tf.Variable([1.0, 2.0], name="c")
memory = tf.Variable([0.0, 0.0], trainable=False, name="memory")
for _ in range(3):
    with tf.GradientTape() as tape:
        memory.assign(a * 2.0)  #! none a assigned | memory.assign(a * 2.0)
        copy = tf.Variable(b * 2.0, trainable=False)  #! none b rewrapped
        loss = tf.reduce_sum(c * memory * copy)
    tape.gradient(loss, [a, b, c])
