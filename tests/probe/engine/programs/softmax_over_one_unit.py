import tensorflow as tf

inputs = tf.keras.Input((3,))
hidden = tf.keras.layers.Dense(4, activation="tanh", name="hidden")(inputs)
outputs = tf.keras.layers.Dense(
    1,
    activation="softmax",  #! zero kernel,bias constant-output | activation="softmax"
    name="out",
)(hidden)
model = tf.keras.Model(inputs, outputs)
model.compile(optimizer="sgd", loss=lambda y, p: tf.reduce_mean(tf.square(y - p)))
model.fit(tf.random.normal((8, 3)), tf.zeros((8, 1)), epochs=3, verbose=0)
