"""Optimizers that are given zeros in place of the gradients that were computed."""

import tensorflow as tf

x = tf.random.normal([8, 3], seed=1)


class Layer(tf.keras.layers.Layer):
    def __init__(self, title):
        super().__init__()
        self.title = title

    def build(self, shape):
        self.own = self.add_weight(name=self.title, shape=(3, 3))

    def call(self, value):
        return value @ self.own


def made(title):
    layer = Layer(title)
    layer(x)
    sums = [tf.Variable(tf.zeros(one.shape), trainable=False) for one in layer.trainable_variables]
    return layer, sums, tf.keras.optimizers.Adam(0.01)


def gradients_of(layer):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((layer(x) - x) ** 2)
    return tape.gradient(loss, layer.trainable_variables)


rebound, sums, optimizer = made("rebound")
for step in range(8):
    for total, gradient in zip(sums, gradients_of(rebound), strict=True):
        total = total + gradient / 2.0
    if step % 2:
        means = zip([one.read_value() for one in sums], rebound.trainable_variables, strict=True)
        optimizer.apply_gradients(means)  #! zero rebound not-applied
        for total in sums:
            total.assign(tf.zeros_like(total))


cleared, early, slow = made("cleared")


@tf.function
def clear_and_apply():
    for total, gradient in zip(early, gradients_of(cleared), strict=True):
        total.assign_add(gradient)
        total.assign(tf.zeros_like(total))
    pairs = zip(early, cleared.trainable_variables, strict=True)
    slow.apply_gradients(pairs)  #! zero cleared not-applied


for _ in range(4):
    clear_and_apply()

# Sums that are added to; zeros before the first step; one of two variables held back; a clipped gradient.
added, kept, well = made("added")
first, _, other = made("first")
second, _, _ = made("second")
clipped, _, clip = made("clipped")


@tf.function
def add_and_apply():
    for total, gradient in zip(kept, gradients_of(added), strict=True):
        total.assign_add(gradient)
    well.apply_gradients(zip(kept, added.trainable_variables, strict=True))
    found, _ = tf.clip_by_global_norm(gradients_of(clipped), 1.0)
    clip.apply_gradients(zip(found, clipped.trainable_variables, strict=True))


zeros = [tf.zeros(one.shape) for one in added.trainable_variables]
well.apply_gradients(zip(zeros, added.trainable_variables, strict=True))
for _ in range(4):
    add_and_apply()
    moved, held = gradients_of(first), [0.0 * one for one in gradients_of(second)]
    both = first.trainable_variables + second.trainable_variables
    other.apply_gradients(zip(moved + held, both, strict=True))
