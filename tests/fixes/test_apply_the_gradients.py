"""Gradients are applied."""

from __future__ import annotations

from fixing import changes, offered

from gradcheck.fix.fixes import apply_the_gradients


def test_by_the_one_optimizer():
    text = """import tensorflow as tf

head = tf.keras.layers.Dense(1, name="head")
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
optimizer = tf.keras.optimizers.SGD(0.1)
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(head(x) - y))
    gradients = tape.gradient(loss, head.trainable_variables)  # the slope
"""
    assert (
        changes(text)
        == """+    optimizer.apply_gradients(zip(gradients, head.trainable_variables))
"""
    )


def test_declines_by_one_of_two():
    text = """import tensorflow as tf

head = tf.keras.layers.Dense(1, name="head")
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
optimizer = tf.keras.optimizers.SGD(0.1)
other = tf.keras.optimizers.Adam()
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(head(x) - y))
    gradients = tape.gradient(loss, head.trainable_variables)  # the slope
"""
    assert offered(apply_the_gradients, text) == [None] * 1
