"""Operations that have a gradient for others of their arguments."""

import tensorflow as tf

shape = tf.Variable([1.5, 2.0], name="shape")
point = tf.Variable([0.3, 0.4], name="point")
turn = tf.Variable([[1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0]], name="turn")
pixels = tf.Variable(tf.ones([1, 4, 4, 1]), name="pixels")
for _ in range(3):
    with tf.GradientTape() as tape:
        below = tf.math.betainc(shape, [2.0, 2.0], point)  #! none shape no-gradient
        moved = tf.raw_ops.ImageProjectiveTransformV3(  #! none turn no-gradient
            images=pixels,
            transforms=turn * 1.0,
            output_shape=[4, 4],
            fill_value=0.0,
            interpolation="BILINEAR",
        )
        loss = tf.reduce_sum(below) + tf.reduce_mean(moved)
    tape.gradient(loss, [shape, point, turn, pixels])
