import tensorflow as tf

model = tf.keras.Sequential([tf.keras.Input((2,)), tf.keras.layers.Dense(1)])
model.trainable = False  #! frozen kernel,bias frozen
model.compile(optimizer="sgd", loss="mse")
model.fit(tf.random.normal((8, 2)), tf.random.normal((8, 1)), epochs=3, verbose=0)
