"""Means and spreads of distributions: a gradient to what they depend on, and to no other parameter."""

from __future__ import annotations

import pytest

from tests.facts.marked import check

PROGRAM = """
import tensorflow_probability as tfp

tfd = tfp.distributions
df = tf.Variable([5.0, 6.0], name="df")
loc = tf.Variable([0.0, 1.0], name="loc")
scale = tf.Variable([1.0, 2.0], name="scale")
optimizer = tf.keras.optimizers.SGD(0.1)
asked = [{asked}]
with tf.GradientTape() as tape:
    dist = {dist}
    value = {value}
    loss = tf.reduce_mean(tf.abs(value))
gradients = tape.gradient(loss, asked)
optimizer.apply_gradients(zip(gradients, asked))
"""
STATISTICS = {
    "the mean of a normal": ("loc, scale", "tfd.Normal(loc, scale)", "dist.mean()", "scale"),
    "in another order": ("loc, scale", "tfd.Normal(scale=scale, loc=loc)", "dist.mean()", "scale"),
    "the mode of a StudentT": ("df, loc, scale", "tfd.StudentT(df, loc, scale)", "dist.mode()", "df, scale"),
    "of what is independent": (
        "loc, scale",
        "tfd.Independent(tfd.Normal(loc, scale), 1)",
        "dist.mean()",
        "scale",
    ),
}
WHOLE = {
    "the spread of a mixture": (
        "tfd.MixtureSameFamily(tfd.Categorical(logits=[0.0, 0.0]), tfd.Normal(loc, scale))",
        "dist.variance()",
    ),
    "the mean of a lognormal": ("tfd.LogNormal(loc, scale)", "dist.mean()"),
    "a density": ("tfd.Normal(loc, scale)", "dist.log_prob(0.5)"),
    "a sample": ("tfd.Normal(loc, scale)", "dist.sample(4)"),
    "mean and spread": ("tfd.Normal(loc, scale)", "dist.mean() + dist.stddev()"),
}


@pytest.mark.parametrize(("asked", "dist", "value", "lost"), STATISTICS.values(), ids=STATISTICS)
def test_a_statistic_leaves_parameters_out(asked: str, dist: str, value: str, lost: str) -> None:
    check(PROGRAM.format(asked=asked, dist=dist, value=f"{value}  # error: {lost}"), "GC701")


@pytest.mark.parametrize(("dist", "value"), WHOLE.values(), ids=WHOLE)
def test_what_depends_on_all(dist: str, value: str) -> None:
    check(PROGRAM.format(asked="loc, scale", dist=dist, value=value), "")


MODEL = """
import tensorflow_probability as tfp

data = tf.keras.Input([3])
mu = tf.keras.layers.Dense(1, name="mu")(data)
wide = tf.keras.layers.Dense(1, name="wide")(data)
forecast = tfp.layers.DistributionLambda(lambda t: tfp.distributions.Normal(t[0], t[1]))([mu, wide])
model = tf.keras.Model(data, forecast)


def error(y, given):
    return {error}


model.compile("sgd", error)
model.fit(tf.random.normal([8, 3]), tf.ones([8, 1]))
"""


def test_a_functional_model_that_returns_a_distribution() -> None:
    check(MODEL.format(error="tf.square(y - given.mean())  # error: wide"), "GC701")
    check(MODEL.format(error="-given.log_prob(y)"), "")


POINT = """
import tensorflow_probability as tfp

tfd = tfp.distributions
data = tf.keras.Input([3])
mu = tf.keras.layers.Dense(1, name="mu")(data)
wide = tf.keras.layers.Dense(1, name="wide")(data)
forecast = tfp.layers.DistributionLambda(
    lambda t: tfd.Normal(t[0], 1e-3 + tf.math.softplus(t[1])),
    {convert}
)([mu, wide])
model = tf.keras.Model(data, forecast)
model.compile("sgd", {loss})
model.fit(tf.random.normal([8, 3]), tf.ones([8, 1]))
"""


@pytest.mark.parametrize("loss", ['"mse"', "tf.keras.losses.Huber()", "tf.keras.losses.mse"])
@pytest.mark.parametrize("convert", ["convert_to_tensor_fn=tfd.Distribution.mean", "lambda d: d.mean()"])
def test_a_loss_of_keras_takes_a_distribution_for_what_its_layer_says(convert: str, loss: str) -> None:
    check(POINT.format(convert=f"{convert},  # error: wide", loss=loss), "GC701")


@pytest.mark.parametrize(
    ("convert", "loss"),
    [
        ("", '"mse"'),
        ("convert_to_tensor_fn=tfd.Distribution.sample,", '"mse"'),
        ("convert_to_tensor_fn=tfd.Distribution.mean,", "lambda y, given: -given.log_prob(y)"),
    ],
)
def test_a_sample_and_a_density_leave_nothing_out(convert: str, loss: str) -> None:
    check(POINT.format(convert=convert, loss=loss), "")
