"""Zeros that come in with the data, and a frozen table of zeros in front of a recurrent layer."""

import numpy as np
import tensorflow as tf

labels = np.array([0, 1, 0, 1, 1, 0, 0, 1])
weights = np.zeros_like(labels)
weights[labels == 1] = 0.7

model = tf.keras.Sequential([tf.keras.Input([3]), tf.keras.layers.Dense(1, use_bias=False, name="weighted")])
model.compile("sgd", "mse")
model.fit(
    np.ones([8, 3], "float32"),
    labels,
    sample_weight=weights,  #! zero kernel zero-product | sample_weight=weights
    epochs=3,
    verbose=0,
)

words = tf.keras.Input([4], dtype="int32")
zeros = tf.keras.initializers.Constant(np.zeros([5, 2]))
settings = {"embeddings_initializer": zeros, "name": "table"}
table = tf.keras.layers.Embedding(5, 2, **settings)  #! zero kernel zero-product
table.trainable = False  #! frozen embeddings -
states = tf.keras.layers.SimpleRNN(3, name="rnn")(table(words))
read = tf.keras.Model(words, tf.keras.layers.Dense(1, name="head")(states))
read.compile("sgd", "mse")
read.fit(np.ones([8, 4], "int32"), labels, epochs=3, verbose=0)
