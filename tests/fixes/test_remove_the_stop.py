"""A stop on the only path goes."""

from __future__ import annotations

from fixing import changes, offered

from gradcheck.fix.fixes import remove_the_stop


def test_and_its_twin_beside_it():
    text = """import tensorflow as tf

head = tf.keras.layers.Dense(1, name="head")
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
head(x)
for _ in range(2):
    with tf.GradientTape() as tape:
        x1, x2 = x + 1.0, x - 1.0
        p1 = tf.stop_gradient(head(x1)) - y
        p2 = tf.stop_gradient(head(x2)) - y
        loss = tf.reduce_mean(tf.square(p1)) + tf.reduce_mean(tf.square(p2))
    gradients = tape.gradient(loss, head.trainable_variables)
"""
    assert (
        changes(text)
        == """-        p1 = tf.stop_gradient(head(x1)) - y
-        p2 = tf.stop_gradient(head(x2)) - y
+        p1 = head(x1) - y
+        p2 = head(x2) - y
"""
    )


def test_in_parentheses_where_they_are_needed():
    text = """import tensorflow as tf

head = tf.keras.layers.Dense(1, name="head")
x, y = tf.random.normal([8, 3]), tf.random.normal([8, 1])
head(x)
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(2.0 * tf.stop_gradient(head(x) - y))
    gradients = tape.gradient(loss, head.trainable_variables)
"""
    assert (
        changes(text)
        == """-        loss = tf.reduce_mean(2.0 * tf.stop_gradient(head(x) - y))
+        loss = tf.reduce_mean(2.0 * (head(x) - y))
"""
    )


def test_declines_half_of_a_straight_through_estimator():
    text = """import tensorflow as tf

codes = tf.Variable(tf.ones([3]), name="codes")
z = tf.random.normal([3])
with tf.GradientTape() as tape:
    quantized = z + tf.stop_gradient(codes - z)
    loss = tf.reduce_mean(tf.square(quantized))
gradient = tape.gradient(loss, codes)
"""
    assert offered(remove_the_stop, text) == [None] * 1
