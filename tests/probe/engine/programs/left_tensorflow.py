import numpy as np
import tensorflow as tf

a = tf.Variable([1.0, 2.0], name="a")
b = tf.Variable(2.0, name="b")
c = tf.Variable([1.0, 2.0], name="c")
for _ in range(3):
    with tf.GradientTape() as tape:
        out = np.sqrt((a * 2.0).numpy())  #! none a numpy | (a * 2.0).numpy()
        number = float(b * 2.0)  #! none b python-number | float(b * 2.0)
        loss = tf.reduce_sum(c * tf.constant(out) * number)
    tape.gradient(loss, [a, b, c])
