"""Steps that throw the weights further off each time, until nothing can hold them."""

import tensorflow as tf

slope = tf.Variable([1.0, 2.0], name="slope")
optimizer = tf.keras.optimizers.SGD(learning_rate=1e9)  #! inf slope infinite-slope | learning_rate=1e9
for _ in range(8):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.square(tf.square(slope)))
    gradient = tape.gradient(loss, slope)
    optimizer.apply_gradients([(gradient, slope)])
