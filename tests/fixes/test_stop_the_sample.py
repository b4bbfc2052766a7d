"""A sample is taken as given where its own probability is computed."""

from __future__ import annotations

from fixing import changes


def test_drawn_where_it_is_used():
    text = """import tensorflow as tf

import tensorflow_probability as tfp

mean = tf.Variable(0.5, name="mean")
with tf.GradientTape() as tape:
    policy = tfp.distributions.Normal(mean, 1.0)
    loss = tf.reduce_mean(policy.log_prob(policy.sample(16)))
gradient = tape.gradient(loss, mean)
"""
    assert (
        changes(text)
        == """-    loss = tf.reduce_mean(policy.log_prob(policy.sample(16)))
+    loss = tf.reduce_mean(policy.log_prob(tf.stop_gradient(policy.sample(16))))
"""
    )
