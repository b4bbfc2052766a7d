"""An encoder whose states are put into a list that nothing reads, and one whose list is used."""

import tensorflow as tf

layers = tf.keras.layers

source = layers.Input((5, 3), name="source")
target = layers.Input((6, 4), name="target")
_, hidden, cell = layers.LSTM(4, return_state=True)(source)
states = [hidden, cell]  #! unlisted bias,kernel,recurrent_kernel dead-value
_, begun_hidden, begun_cell = layers.LSTM(4, return_state=True, name="used")(target)
begun = [begun_hidden, begun_cell]
decoded = layers.LSTM(4, name="decoder")(target, initial_state=begun)
model = tf.keras.Model([source, target], layers.Dense(1, name="head")(decoded))
model.compile("sgd", "mse")
model.fit([tf.ones((8, 5, 3)), tf.ones((8, 6, 4))], tf.ones((8, 1)), epochs=2, verbose=0)
