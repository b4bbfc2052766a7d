import tensorflow as tf

root = tf.Variable([0.0, 4.0], name="root")
masked = tf.Variable([0.0, 4.0], name="masked")
c = tf.Variable([1.0, 2.0], name="c")
for _ in range(3):
    with tf.GradientTape() as tape:
        sharp = tf.sqrt(root)  #! inf root infinite-slope | tf.sqrt(root)
        hidden = tf.math.log(masked)  #! nan masked nan-behind-mask | tf.math.log(masked)
        safe = tf.where(masked > 0.0, hidden, 0.0)
        loss = tf.reduce_sum(sharp) + tf.reduce_sum(safe) + tf.reduce_sum(c * c)
    tape.gradient(loss, [root, masked, c])
