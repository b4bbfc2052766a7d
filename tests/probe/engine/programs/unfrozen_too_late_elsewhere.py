"""A function switches a layer on after its model was compiled: what calls it is the line to change."""

import tensorflow as tf

layers = tf.keras.layers
x, y = tf.random.normal([16, 4]), tf.random.normal([16, 1])


def unfreeze(part):
    part.trainable = True


def main():
    backbone = tf.keras.Sequential([tf.keras.Input((4,)), layers.Dense(4, name="backbone", use_bias=False)])
    backbone.trainable = False
    inputs = tf.keras.Input((4,))
    head = layers.Dense(1, name="head", use_bias=False)
    model = tf.keras.Model(inputs, head(backbone(inputs)))
    model.compile("sgd", "mse")
    model.fit(x, y, verbose=0)
    unfreeze(backbone)  #! frozen kernel frozen | unfreeze(backbone)
    model.fit(x, y, verbose=0)


main()
