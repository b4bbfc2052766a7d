"""An operator that makes itself anew when it is asked for what it has not: nobody but the program may ask."""

import tensorflow as tf
import tensorflow_probability as tfp

operators = tfp.experimental.vi.util.build_trainable_linear_operator_block(
    ((tf.linalg.LinearOperatorDiag,), (tf.linalg.LinearOperatorFullMatrix, tf.linalg.LinearOperatorDiag)),
    (1, 2),
    name="block",
)
scale = tfp.bijectors.ScaleMatvecLinearOperatorBlock(operators)
with tf.GradientTape() as tape:
    loss = tf.add_n([tf.reduce_sum(one) for one in scale.forward([tf.ones([1]), tf.ones([2])])])
gradients = tape.gradient(loss, operators.trainable_variables)
