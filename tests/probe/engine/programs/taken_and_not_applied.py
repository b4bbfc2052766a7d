"""Gradients that are taken and never applied, or applied to something else; and penalties that are collected
and never added.
"""

import tensorflow as tf

x = tf.random.normal([8, 3])


class Layer(tf.keras.layers.Layer):
    def __init__(self, title):
        super().__init__()
        self.title = title

    def build(self, shape):
        self.own = self.add_weight(name=self.title, shape=(3, 3))

    def call(self, value):
        return value @ self.own


def pair(one, other):
    layers = Layer(one), Layer(other)
    for layer in layers:
        layer(x)
    return *layers, tf.keras.optimizers.SGD(0.01)


encoder, decoder, optimizer = pair("encoded", "decoded")
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((decoder(encoder(x)) - x) ** 2)
    variables = encoder.trainable_variables + decoder.trainable_variables
    grads = tape.gradient(loss, variables)
    optimizer.apply_gradients(zip(grads, encoder.trainable_variables))  # noqa: B905  #! unlisted decoded not-applied

left, right, swapped = pair("lefthand", "righthand")


@tf.function
def step():
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((right(left(x)) - x) ** 2)
    ours, theirs = left.trainable_variables, right.trainable_variables
    grads = tape.gradient(loss, ours + theirs)
    pairs = list(zip(grads, theirs + ours, strict=True))
    swapped.apply_gradients(pairs)  #! unlisted lefthand,righthand wrong-variables


for _ in range(3):
    step()

# By choice, by hand, and by turns.
base, head, chosen = pair("base", "head")  #! unlisted base -
slow, fast, quick = pair("slow", "fast")
rare = tf.keras.optimizers.SGD(0.01)
body, tail, _ = pair("body", "tail")
del _
for _ in range(3):
    with tf.GradientTape(persistent=True) as tape:
        loss = tf.reduce_mean((head(base(x)) - x) ** 2)
        other = tf.reduce_mean((fast(slow(x)) - x) ** 2)
        manual = tf.reduce_mean((tail(body(x)) - x) ** 2)
    variables = base.trainable_variables + head.trainable_variables
    grads = tape.gradient(loss, variables)
    chosen.apply_gradients([(g, v) for g, v in zip(grads, variables, strict=True) if "head" in v.name])
    slow_and_fast = slow.trainable_variables + fast.trainable_variables
    grads = tape.gradient(other, slow_and_fast)
    quick.apply_gradients(zip(grads[1:], slow_and_fast[1:], strict=True))
    rare.apply_gradients(zip(grads[:1], slow_and_fast[:1], strict=True))
    for variable, gradient in zip(
        body.trainable_variables + tail.trainable_variables,
        tape.gradient(manual, body.trainable_variables + tail.trainable_variables),
        strict=True,
    ):
        variable.assign_sub(0.01 * gradient)
