"""Gradients meet their own variables."""

from __future__ import annotations

from fixing import changes


def test_inside_the_gradient_call():
    text = """import tensorflow as tf

head = tf.keras.layers.Dense(1, name="head")
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
head(x)
tail = tf.keras.layers.Dense(1, name="tail")
tail(x)
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(tf.square(head(x) - y))
optimizer = tf.keras.optimizers.SGD(0.1)
gradients = tape.gradient(loss, head.trainable_variables)
optimizer.apply_gradients(zip(gradients, tail.trainable_variables))
"""
    assert (
        changes(text)
        == """-optimizer.apply_gradients(zip(gradients, tail.trainable_variables))
+optimizer.apply_gradients(zip(gradients, head.trainable_variables))
"""
    )


def test_gradients_that_were_clipped_and_scaled():
    text = """import tensorflow as tf

head = tf.keras.layers.Dense(1, name="head")
scale = tf.Variable(1.0, name="scale")
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
head(x)
optimizer = tf.keras.optimizers.SGD(0.1)
variables = head.trainable_variables + [scale]
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(tf.square(scale * head(x) - y))
gradients = tape.gradient(loss, variables)
gradients, norm = tf.clip_by_global_norm(gradients, 1.0)
gradients = [0.5 * one for one in gradients]
optimizer.apply_gradients(zip(gradients, head.trainable_variables))
"""
    assert (
        changes(text)
        == """-optimizer.apply_gradients(zip(gradients, head.trainable_variables))
+optimizer.apply_gradients(zip(gradients, variables))
"""
    )


def test_gradients_that_were_chosen_among():
    text = """import tensorflow as tf

head = tf.keras.layers.Dense(1, name="head")
scale = tf.Variable(1.0, name="scale")
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
head(x)
optimizer = tf.keras.optimizers.SGD(0.1)
variables = head.trainable_variables + [scale]
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(tf.square(scale * head(x) - y))
gradients = [one for one in tape.gradient(loss, variables) if one is not None]
optimizer.apply_gradients(zip(gradients, head.trainable_variables))
"""
    assert changes(text) == ""
