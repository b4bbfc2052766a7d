"""A layer of a functional model returns several values, and not all of them are used."""

import tensorflow as tf

layers = tf.keras.layers
words = tf.keras.Input([5, 3])
both = layers.Bidirectional(layers.GRU(2, return_state=True, return_sequences=True, name="gru"), name="both")
_, forward, backward = both(words)  #! none kernel,recurrent_kernel,bias dead-value | both(words)
model = tf.keras.Model(words, layers.Dense(1, name="head")(forward))
model.compile("sgd", "mse")
model.fit(tf.random.normal([8, 5, 3]), tf.ones([8, 1]), epochs=3, verbose=0)
