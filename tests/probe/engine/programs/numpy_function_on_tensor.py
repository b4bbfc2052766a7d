import numpy as np
import tensorflow as tf

a = tf.Variable([1.0, 2.0], name="a")
c = tf.Variable([1.0, 2.0], name="c")
for _ in range(3):
    with tf.GradientTape() as tape:
        out = np.exp(a * 2.0)  #! none a numpy | np.exp(a * 2.0)
        loss = tf.reduce_sum(c * out)
    tape.gradient(loss, [a, c])
