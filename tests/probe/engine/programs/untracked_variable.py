import tensorflow as tf

shift = tf.Variable([0.5], name="shift")  #! untracked shift untracked | tf.Variable([0.5], name="shift")
inputs = tf.keras.Input((1,))
outputs = tf.keras.layers.Lambda(lambda x: x + shift)(tf.keras.layers.Dense(1)(inputs))
model = tf.keras.Model(inputs, outputs)
model.compile(optimizer="sgd", loss="mse")
model.fit(tf.random.normal((8, 1)), tf.random.normal((8, 1)), epochs=3, verbose=0)
