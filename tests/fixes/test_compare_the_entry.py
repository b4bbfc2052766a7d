"""A codebook is compared, not its straight-through estimate."""

from __future__ import annotations

from fixing import changes, offered

from gradcheck.fix.fixes import compare_the_entry


def test_an_entry_that_has_a_name():
    text = """import tensorflow as tf

codes = tf.Variable(tf.random.normal([4, 3]), name="codes")
gain = tf.Variable(2.0, name="gain")
chosen = tf.constant([0, 1, 2, 3])
with tf.GradientTape() as tape:
    z = gain * tf.ones([4, 3])
    entry = tf.gather(codes, chosen)
    estimate = tf.stop_gradient(entry - z) + z
    loss = tf.nn.l2_loss(tf.stop_gradient(z) - estimate) + tf.nn.l2_loss(estimate)
gradients = tape.gradient(loss, [codes, gain])
"""
    assert (
        changes(text)
        == """-    loss = tf.nn.l2_loss(tf.stop_gradient(z) - estimate) + tf.nn.l2_loss(estimate)
+    loss = tf.nn.l2_loss(tf.stop_gradient(z) - entry) + tf.nn.l2_loss(estimate)
"""
    )


def test_declines_compared_with_something_else():
    text = """import tensorflow as tf

codes = tf.Variable(tf.random.normal([4, 3]), name="codes")
gain = tf.Variable(2.0, name="gain")
chosen = tf.constant([0, 1, 2, 3])
with tf.GradientTape() as tape:
    z = gain * tf.ones([4, 3])
    entry = tf.gather(codes, chosen)
    estimate = z + tf.stop_gradient(entry - z)
    loss = tf.reduce_mean(tf.square(estimate - 1.0))
gradients = tape.gradient(loss, [codes, gain])
"""
    assert offered(compare_the_entry, text) == [None] * 1
