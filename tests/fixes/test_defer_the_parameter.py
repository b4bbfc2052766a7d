"""A distribution's parameter is computed of its variable whenever it is asked."""

from __future__ import annotations

from fixing import each_changes, each_is_declined

from gradcheck.fix.fixes import defer_the_parameter

TEXT = """import tensorflow as tf
import tensorflow_probability as tfp

tfd = tfp.distributions
raw = tf.Variable([0.0, 1.0], name="raw")
other = tf.Variable([0.0, 1.0], name="other")
made = {}


def likelihood(x):
    return -tf.reduce_mean(made.log_prob(x))


for _ in range(2):
    with tf.GradientTape() as tape:
        loss = likelihood(tf.ones([2]))
    gradients = tape.gradient(loss, [raw])
    tf.keras.optimizers.SGD().apply_gradients(zip(gradients, [raw]))
print(made.mean())
"""
MADE = {
    "one_call": (
        "tfd.Normal(0.0, tf.exp(raw))",
        "-made = tfd.Normal(0.0, tf.exp(raw))\n"
        "+made = tfd.Normal(0.0, tfp.util.DeferredTensor(raw, tf.exp))\n",
    ),
    "more_than_a_call": (
        "tfd.Gamma(concentration=1.0 + tf.exp(0.5 * raw), rate=1.0)",
        "-made = tfd.Gamma(concentration=1.0 + tf.exp(0.5 * raw), rate=1.0)\n"
        "+made = tfd.Gamma(concentration=tfp.util.DeferredTensor(raw, "
        "lambda value: 1.0 + tf.exp(0.5 * value)), rate=1.0)\n",
    ),
}
DECLINED = {
    "another_shape": "tfd.Normal(0.0, tf.reduce_sum(raw))",
    "two_variables": "tfd.Normal(0.0, tf.exp(raw + other))",
    "a_part": "tfd.Normal(0.0, tf.exp(raw)[0])",
}

test_changes = each_changes(MADE, TEXT.format)
test_declines = each_is_declined(defer_the_parameter, DECLINED, TEXT.format)
