"""An encoder whose states nothing starts from: its weights are those of a cell inside of it."""

import tensorflow as tf

layers = tf.keras.layers

source = layers.Input((5, 3), name="source")
target = layers.Input((6, 2), name="target")
_, *states = layers.GRU(4, return_state=True)(source)  #! unlisted bias,kernel,recurrent_kernel dead-value
decoded = layers.LSTM(4, name="decoder")(target)
model = tf.keras.Model([source, target], layers.Dense(1, name="head")(decoded))
model.compile("sgd", "mse")
model.fit([tf.ones((8, 5, 3)), tf.ones((8, 6, 2))], tf.ones((8, 1)), epochs=2, verbose=0)
