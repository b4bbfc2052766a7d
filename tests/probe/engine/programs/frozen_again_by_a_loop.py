"""Fine-tuning whose loop goes through the outer model's layers: it switches the inner model off again."""

import tensorflow as tf

layers = tf.keras.layers
x, y = tf.random.normal([16, 4]), tf.random.normal([16, 1])

backbone = tf.keras.Sequential([tf.keras.Input((4,)), layers.Dense(4, name="backbone", use_bias=False)])
backbone.trainable = False
inputs = tf.keras.Input((4,))
head = layers.Dense(1, name="head", use_bias=False)
model = tf.keras.Model(inputs, head(backbone(layers.Rescaling(0.5)(inputs))))
model.compile("sgd", "mse")
model.fit(x, y, verbose=0)
backbone.trainable = True
for layer in model.layers[:3]:
    layer.trainable = False  #! frozen kernel frozen | layer.trainable
model.compile("sgd", "mse")
model.fit(x, y, verbose=0)
