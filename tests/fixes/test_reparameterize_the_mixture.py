"""The samples of a mixture carry a gradient to its weights, where its components allow for it."""

from __future__ import annotations

import pytest
from fixing import changes

PROGRAM = """import tensorflow as tf
import tensorflow_probability as tfp

tfd = tfp.distributions


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.weights_head = tf.keras.layers.Dense(2)
        self.centres_head = tf.keras.layers.Dense(2)

    def forecast(self, x):
        return tfd.MixtureSameFamily(
            mixture_distribution=tfd.Categorical(logits=self.weights_head(x)),
            components_distribution={components},
        )


net = Net()
x = tf.ones([8, 3])
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(net.forecast(x).sample(4))
gradients = tape.gradient(loss, net.trainable_variables)
"""


def test_on_a_line_of_its_own() -> None:
    text = PROGRAM.format(components="tfd.Normal(self.centres_head(x), 1.0)")
    assert changes(text) == "+            reparameterize=True,\n"


@pytest.mark.parametrize("components", ["tfd.Poisson(log_rate=self.centres_head(x))", "made(self, x)"])
def test_components_without_a_gradient_of_their_own(components: str) -> None:
    assert changes(PROGRAM.format(components=components)) == ""
