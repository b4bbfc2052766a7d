"""A `tf.Module` that a layer uses becomes a layer."""

from __future__ import annotations

import pytest
from fixing import OPTIONS, repaired

from gradcheck.fixes import make_it_a_layer
from gradcheck.lint import lint_text
from gradcheck.rewrite.tree import Tree

HEAD = """\
import tensorflow as tf


"""

REPAIRED = {
    "plain": (
        HEAD
        + """\
class Bank(tf.Module):
    def __init__(self, n, name=None):
        super().__init__(name)
        self.kernel = tf.Variable(tf.ones([n]), name="kernel")

    @tf.Module.with_name_scope
    def __call__(self, x):
        return x * self.kernel


class Layer(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.bank = Bank(3)

    def call(self, x):
        return self.bank(x)


model = tf.keras.Sequential([Layer(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
""",
        HEAD
        + """\
class Bank(tf.keras.layers.Layer):
    def __init__(self, n, name=None):
        super().__init__(name=name)
        self.kernel = self.add_weight(name="kernel", shape=[n], initializer="ones")

    def call(self, x):
        return x * self.kernel


class Layer(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.bank = Bank(3)

    def call(self, x):
        return self.bank(x)


model = tf.keras.Sequential([Layer(), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones([4, 3]), tf.ones([4, 1]))
""",
    ),
}
LEFT = {
    "with_a_name_of_keras": HEAD
    + """\
class Bank(tf.Module):
    def __init__(self, n):
        super().__init__()
        self.weights = tf.Variable(tf.ones([n]), name="kernel")

    def __call__(self, x):
        return x * self.weights


class Layer(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.bank = Bank(3)

    def call(self, x):
        return self.bank(x)


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
    assert [make_it_a_layer.mend(Tree(text), finding) for finding in findings] == [None] * len(findings)
