"""Lists that are put together layer by layer and skip one, and lists of a part that is meant."""

import tensorflow as tf

x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])


class Gain(tf.keras.layers.Layer):
    def __init__(self, word):
        super().__init__(name=word)
        self.word = word

    def build(self, shape):
        self.gain = self.add_weight(name=self.word, shape=(4,), initializer="ones")

    def call(self, value):
        return tf.tanh(value * self.gain)


def net(word):
    dense = tf.keras.layers.Dense
    return tf.keras.Sequential(
        [
            tf.keras.Input([3]),
            dense(4, name=f"{word}_stem", use_bias=False),  #! unlisted kernel -
            dense(4, name=f"{word}_stage", use_bias=False),
            Gain(f"{word}_gain"),
            dense(1, name=f"{word}_head", use_bias=False),
        ]
    )


skips, ends = net("skips"), net("ends")
some = []
for prefix in ("skips_st", "skips_head"):
    for one in skips.layers:
        if one.name.startswith(prefix):
            some += one.trainable_variables  #! unlisted skips_gain wrong-variables | one.trainable_variables
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((skips(x) - y) ** 2)
    tape.gradient(loss, some)

# Who trains the last layers alone means it: the rows of the others accuse nobody.
last = [weight for layer in ends.layers[2:] for weight in layer.trainable_variables]
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((ends(x) - y) ** 2)
    tape.gradient(loss, last)
