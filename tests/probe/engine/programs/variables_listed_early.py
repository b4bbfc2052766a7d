import tensorflow as tf

layer = tf.keras.layers.Dense(1)
early = layer.trainable_variables  #! unlisted kernel,bias empty-variables | layer.trainable_variables
x = tf.random.normal((4, 2))
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(tf.square(layer(x)))
tape.gradient(loss, early)
