import tensorflow as tf

a = tf.Variable([1.0, 2.0], name="a")
c = tf.Variable([1.0, 2.0], name="c")
for _ in range(3):
    doubled = a * 2.0  #! none a outside-tape | a * 2.0
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(c * doubled)
    tape.gradient(loss, [a, c])
