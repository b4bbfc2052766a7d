import tensorflow as tf

clipped = tf.Variable([5.0, 6.0], name="clipped")
left = tf.Variable([0.0, 0.0], name="left")  #! zero left,right zero-product
right = tf.Variable([0.0, 0.0], name="right")
sign = tf.Variable([1.0, 2.0], name="sign")
c = tf.Variable([1.0, 2.0], name="c")
for _ in range(3):
    with tf.GradientTape() as tape:
        low = tf.clip_by_value(clipped, 0.0, 1.0)  #! zero clipped saturated
        product = left * right
        slope = tf.sign(sign)  #! zero sign zero-slope | tf.sign(sign)
        loss = tf.reduce_sum(c * low + product + c * slope)
    tape.gradient(loss, [clipped, left, right, sign, c])
