"""NaN in the data of `fit`, and in the labels of a loop."""

import numpy as np
import tensorflow as tf

x, y = np.ones([8, 3], "float32"), np.ones([8, 1], "float32")
x[2, 1] = np.nan
recurrent = tf.keras.layers.SimpleRNN(1, use_bias=False, name="fed")
model = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Reshape([3, 1]), recurrent])
model.compile("sgd", "mse")
model.fit(x, y, callbacks=[])  #! nan kernel,recurrent_kernel infinite-slope | model.fit(x, y, callbacks=[])

weight = tf.Variable([1.0, 2.0], name="weight")
labels = tf.constant([1.0, np.nan])
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.square(weight - labels))  #! nan weight infinite-slope | weight - labels
    tape.gradient(loss, weight)
