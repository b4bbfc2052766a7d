"""A transformed variable of a layer becomes a weight and a property."""

from __future__ import annotations

import pytest
from fixing import OPTIONS, repaired

from gradcheck.fixes import transform_the_weight
from gradcheck.lint import lint_text
from gradcheck.rewrite.tree import Tree

HEAD = """\
import tensorflow as tf
import tensorflow_probability as tfp


class Layer(tf.keras.layers.Layer):
"""

REPAIRED = {
    "kept_by_a_distribution": (
        HEAD
        + """\
    def __init__(self, n=3):
        super().__init__()
        self.scale = tfp.util.TransformedVariable(2.0, tfp.bijectors.Exp(), name="scale")
        self.prior = tfp.distributions.Normal(0.0, self.scale)

    def call(self, x):
        return self.prior.log_prob(x)


model = tf.keras.Sequential([Layer(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
""",
        HEAD
        + """\
    def __init__(self, n=3):
        super().__init__()
        self.raw_scale = self.add_weight(
            name="scale",
            shape=(),
            initializer=lambda shape, dtype=None: tfp.bijectors.Exp().inverse(2.0),
        )

    @property
    def scale(self):
        return tfp.bijectors.Exp()(self.raw_scale)

    @property
    def prior(self):
        return tfp.distributions.Normal(0.0, self.scale)

    def call(self, x):
        return self.prior.log_prob(x)


model = tf.keras.Sequential([Layer(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
""",
    ),
    "a_vector": (
        HEAD
        + """\
    def __init__(self, n=3):
        super().__init__()
        self.scale = tfp.util.TransformedVariable(tf.ones([3]), bijector=tfp.bijectors.Softplus())

    def call(self, x):
        return x * self.scale


model = tf.keras.Sequential([Layer(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
""",
        HEAD
        + """\
    def __init__(self, n=3):
        super().__init__()
        self.raw_scale = self.add_weight(
            name="scale",
            shape=[3],
            initializer=lambda shape, dtype=None: tfp.bijectors.Softplus().inverse(tf.ones([3])),
        )

    @property
    def scale(self):
        return tfp.bijectors.Softplus()(self.raw_scale)

    def call(self, x):
        return x * self.scale


model = tf.keras.Sequential([Layer(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
""",
    ),
}
LEFT = {
    "with_a_bijector_of_the_constructor": HEAD
    + """\
    def __init__(self, n=3):
        super().__init__()
        positive = tfp.bijectors.Exp()
        self.scale = tfp.util.TransformedVariable(2.0, positive, name="scale")

    def call(self, x):
        return x * self.scale


model = tf.keras.Sequential([Layer(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
""",
}


@pytest.mark.parametrize(
    ("before", "after"), [pytest.param(*pair, id=name) for name, pair in REPAIRED.items()]
)
def test_it_is_repaired(before: str, after: str) -> None:
    assert repaired(before).text == after


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in LEFT.items()])
def test_it_is_left(text: str) -> None:
    findings, _ = lint_text("example.py", text, OPTIONS)
    assert [transform_the_weight.mend(Tree(text), finding) for finding in findings] == [None] * len(findings)
