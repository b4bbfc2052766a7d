import tensorflow as tf

a = tf.Variable(1.0, name="a")
b = tf.Variable(1.0, name="b")
with tf.GradientTape() as tape:
    first, second = a * a, b * b
tape.gradient(first, a)
tape.gradient(second, b)  #! none b tape-reused | tape.gradient(second, b)
