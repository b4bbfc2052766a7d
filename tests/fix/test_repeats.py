"""What a safe fix may not do: call elsewhere, or once more, what may draw, count or update something."""

from __future__ import annotations

import pytest

from gradcheck.fix.cst.repeats import repeated
from gradcheck.fix.cst.tree import Tree

HEAD = """import tensorflow as tf
import tensorflow_probability as tfp

tfd = tfp.distributions


def softened(w):
    return tf.nn.softplus(w)


def noisy(w):
    return w + tf.random.normal(w.shape)

"""
BEFORE = """
class Layer(tf.keras.layers.Layer):
    def build(self, shape):
        self.value = {0}

    def call(self, x):
        return x + self.value
"""
IN_CALL = """
class Layer(tf.keras.layers.Layer):
    def build(self, shape):
        pass

    def call(self, x):
        return x + {0}
"""


@pytest.mark.parametrize(
    "code",
    [
        "tf.exp(self.w)",
        "tfd.Normal(self.w[0], 1.0)",
        "softened(self.w)",
        "float(self.rate) * self.w",
        "self.w.value",
    ],
)
def test_what_only_computes_may_move(code):
    assert repeated(Tree(HEAD + BEFORE.format(code)), Tree(HEAD + IN_CALL.format(code))) is None


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("tf.random.normal((3,)) * self.w", "tf.random.normal"),
        ("tf.nn.dropout(self.w, 0.5)", "tf.nn.dropout"),
        ("noisy(self.w)", "noisy"),
        ("self.dense(self.w)", "self.dense"),
        ("self.prior.sample()", "self.prior.sample"),
    ],
)
def test_what_draws_or_is_unknown_may_not(code, said):
    assert repeated(Tree(HEAD + BEFORE.format(code)), Tree(HEAD + IN_CALL.format(code))) == said


def test_a_forward_pass_may_move_within_its_function_but_not_be_made_twice():
    once = "def step(x):\n    fake = make(x)\n    with tape:\n        loss = judge(fake)\n"
    inside = "def step(x):\n    with tape:\n        fake = make(x)\n        loss = judge(fake)\n"
    twice = "def step(x):\n    fake = make(x)\n    with tape:\n        loss = judge(make(x))\n"
    assert repeated(Tree(once), Tree(inside)) is None
    assert repeated(Tree(once), Tree(twice)) == "make"
