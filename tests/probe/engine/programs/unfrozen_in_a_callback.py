"""A callback switches a layer on after more steps than are looked at; another model has trained the layer."""

import tensorflow as tf

layers = tf.keras.layers
x, y = tf.random.normal([16, 4]), tf.random.normal([16, 1])
part = tf.keras.Sequential([tf.keras.Input((4,)), layers.Dense(4, name="part", use_bias=False)])
first = tf.keras.Sequential([part, layers.Dense(1, name="first", use_bias=False)])
first.compile("sgd", "mse")
first.fit(x, y, verbose=0)


class Open(tf.keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 5:
            part.trainable = True  #! frozen kernel frozen | part.trainable


part.trainable = False
inputs = tf.keras.Input((4,))
model = tf.keras.Model(inputs, layers.Dense(1, name="head", use_bias=False)(part(inputs)))
model.compile("sgd", "mse")
model.fit(x, y, batch_size=4, epochs=7, callbacks=[Open()], verbose=0)
