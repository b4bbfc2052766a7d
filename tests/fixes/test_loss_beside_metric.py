"""The value trains, its mean is reported."""

from __future__ import annotations

from fixing import changes, offered

from gradcheck.fix.fixes import loss_beside_metric


def test_a_mean_that_is_called():
    text = """import tensorflow as tf

x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
head = tf.keras.layers.Dense(1, name="head")
head(x)
mean = tf.keras.metrics.Mean()
with tf.GradientTape() as tape:
    loss = mean(tf.square(head(x) - y))  # the mean
gradients = tape.gradient(loss, head.trainable_variables)
"""
    assert (
        changes(text)
        == """-    loss = mean(tf.square(head(x) - y))  # the mean
+    loss = tf.reduce_mean(tf.square(head(x) - y))  # the mean
+    mean.update_state(loss)
"""
    )


def test_declines_no_mean():
    text = """import tensorflow as tf

x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
head = tf.keras.layers.Dense(1, name="head")
head(x)
total = tf.keras.metrics.Sum()
with tf.GradientTape() as tape:
    total.update_state(tf.square(head(x) - y))
    loss = total.result()
gradients = tape.gradient(loss, head.trainable_variables)
"""
    assert offered(loss_beside_metric, text) == [None] * 1
