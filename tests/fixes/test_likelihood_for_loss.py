"""A distribution that a loss takes for its mean is trained on its density."""

from __future__ import annotations

from fixing import each_changes, each_is_declined

from gradcheck.fix.fixes import likelihood_for_loss

TEXT = """import tensorflow as tf
import tensorflow_probability as tfp

tfd = tfp.distributions
data = tf.keras.Input([3])
mu = tf.keras.layers.Dense(1, name="mu")(data)
wide = tf.keras.layers.Dense(1, name="wide")(data)
forecast = tfp.layers.DistributionLambda(
    lambda t: tfd.Normal(t[0], t[1]), convert_to_tensor_fn=tfd.Distribution.mean
)([mu, wide])
model = tf.keras.Model(data, forecast)
{}
model.fit(tf.random.normal([8, 3]), tf.ones([8, 1]))
"""
MADE = {
    "a_word": (
        'model.compile("sgd", "mse")',
        '-model.compile("sgd", "mse")\n+model.compile("sgd", lambda y, dist: -dist.log_prob(y))\n',
    ),
    "a_loss": (
        'model.compile(optimizer="sgd", loss=tf.keras.losses.Huber(), metrics=["mae"])',
        '-model.compile(optimizer="sgd", loss=tf.keras.losses.Huber(), metrics=["mae"])\n'
        '+model.compile(optimizer="sgd", loss=lambda y, dist: -dist.log_prob(y), metrics=["mae"])\n',
    ),
}
DECLINED = {"compiled_twice": 'model.compile("sgd", "mse")\nmodel.compile("adam", "mse")'}

test_changes = each_changes(MADE, TEXT.format)
test_declines = each_is_declined(likelihood_for_loss, DECLINED, TEXT.format)
