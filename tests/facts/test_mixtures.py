"""Samples of mixtures: the components get a gradient, the choice among them does not."""

from __future__ import annotations

import pytest

from tests.facts.marked import check

PROGRAM = """
import tensorflow_probability as tfp

tfd = tfp.distributions
logits = tf.Variable([0.0, 0.0], name="logits")
loc = tf.Variable([0.0, 1.0], name="loc")
optimizer = tf.keras.optimizers.SGD(0.1)


def mixture(logits, loc):
    return {mixture}


with tf.GradientTape() as tape:
    dist = mixture(logits, loc)
    value = {value}
    loss = tf.reduce_mean(tf.abs(value))
gradients = tape.gradient(loss, [logits, loc])
optimizer.apply_gradients(zip(gradients, [logits, loc]))
"""
MIXTURES = {
    "of one family": "tfd.MixtureSameFamily(tfd.Categorical(logits=logits), tfd.Normal(loc, 1.0))",
    "of one family, by name": (
        "tfd.MixtureSameFamily(components_distribution=tfd.Normal(loc, 1.0),"
        " mixture_distribution=tfd.Categorical(logits=logits))"
    ),
    "of several": (
        "tfd.Mixture(tfd.Categorical(logits=logits), [tfd.Normal(loc[0], 1.0), tfd.Normal(loc[1], 2.0)])"
    ),
}


@pytest.mark.parametrize("mixture", MIXTURES.values(), ids=MIXTURES)
def test_samples_carry_nothing_to_the_choice(mixture: str) -> None:
    check(PROGRAM.format(mixture=mixture, value="dist.sample(4)  # error: logits"), "GC305")


@pytest.mark.parametrize("mixture", MIXTURES.values(), ids=MIXTURES)
def test_densities_carry_to_all(mixture: str) -> None:
    check(PROGRAM.format(mixture=mixture, value="dist.log_prob(0.5)"), "")


def test_reparameterized_samples_carry_to_all() -> None:
    mixture = MIXTURES["of one family, by name"].replace("(", "(reparameterize=True, ", 1)
    check(PROGRAM.format(mixture=mixture, value="dist.sample(4)"), "")
