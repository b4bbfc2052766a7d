"""Fine-tuning of the last layers: the loop goes through the inner model's own layers."""

import tensorflow as tf

layers = tf.keras.layers
x, y = tf.random.normal([16, 4]), tf.random.normal([16, 1])

first = layers.Dense(4, name="first", use_bias=False)  #! frozen kernel -
last = layers.Dense(4, name="last", use_bias=False)
backbone = tf.keras.Sequential([tf.keras.Input((4,)), first, last])
backbone.trainable = False
inputs = tf.keras.Input((4,))
head = layers.Dense(1, name="head", use_bias=False)
model = tf.keras.Model(inputs, head(backbone(layers.Rescaling(0.5)(inputs))))
model.compile("sgd", "mse")
model.fit(x, y, verbose=0)
backbone.trainable = True
for layer in backbone.layers[:1]:
    layer.trainable = False
model.compile("sgd", "mse")
model.fit(x, y, verbose=0)
