"""A sample is copied, so that its distribution computes the inverse."""

from __future__ import annotations

from fixing import changes, offered

from gradcheck.fix.fixes import copy_the_sample

KEPT = """import tensorflow as tf
import tensorflow_probability as tfp


class Search(tf.Module):
    def __init__(self):
        super().__init__()
        self.mean = tf.Variable([0.3, 0.2], name="mean")
        self.law = tfp.distributions.MultivariateNormalDiag(self.mean, [0.7, 0.8])

    def draw(self, n):
        return self.law.sample(n)


search = Search()
points = search.draw(8)
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(search.law.log_prob(points))
gradient = tape.gradient(loss, search.mean)
"""


def test_of_a_distribution_that_an_object_keeps():
    assert changes(KEPT) == (
        "-        return self.law.sample(n)\n+        return tf.identity(self.law.sample(n))\n"
    )


def test_declines_where_it_is_not_known_what_is_sampled():
    text = KEPT.replace("return self.law.sample(n)", "return self.law.sample(n)\n\n    law = None")
    text = text.replace("self.law = tfp", "self.law = None\n        self.law = tfp")
    assert offered(copy_the_sample, text) == [None] * len(offered(copy_the_sample, text))
