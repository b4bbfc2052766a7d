"""A backbone that is filled with weights from elsewhere, and switched off."""

import tensorflow as tf

base = tf.keras.layers.Dense(3, name="base")  #! frozen kernel,bias -
backbone = tf.keras.Sequential([tf.keras.Input((2,)), base])
backbone.set_weights([0.5 * weight + 0.1 for weight in backbone.get_weights()])
backbone.trainable = False
model = tf.keras.Sequential([tf.keras.Input((2,)), backbone, tf.keras.layers.Dense(1, name="head")])
model.compile(optimizer="sgd", loss="mse")
model.fit(tf.random.normal((8, 2)), tf.random.normal((8, 1)), epochs=3, verbose=0)
