"""A snapshot of a weight in `build()` stays a tensor, evaluated on every call."""

from __future__ import annotations

import pytest
from fixing import OPTIONS, repaired

from gradcheck.fixes import keep_and_evaluate
from gradcheck.lint import lint_text
from gradcheck.rewrite.tree import Tree

HEAD = """\
import numpy as np
import tensorflow as tf


class Layer(tf.keras.layers.Layer):
"""

REPAIRED = {
    "numpy": (
        HEAD
        + """\
    def build(self, input_shape):
        self.raw = self.add_weight(name="raw", shape=[1])
        self.scale = tf.nn.softplus(self.raw.numpy())

    def call(self, x):
        return x * self.scale
""",
        HEAD
        + """\
    def build(self, input_shape):
        self.raw = self.add_weight(name="raw", shape=[1])

    @property
    def scale(self):
        return tf.nn.softplus(self.raw)

    def call(self, x):
        return x * self.scale
""",
    ),
    "both_parts": (
        HEAD
        + """\
    def build(self, input_shape):
        self.real = self.add_weight(name="real", shape=[1])
        self.imag = self.add_weight(name="imag", shape=[1])
        self.both = tf.complex(self.real.numpy(), self.imag.numpy())

    def call(self, x):
        return tf.abs(tf.cast(x, tf.complex64) * self.both)
""",
        HEAD
        + """\
    def build(self, input_shape):
        self.real = self.add_weight(name="real", shape=[1])
        self.imag = self.add_weight(name="imag", shape=[1])

    @property
    def both(self):
        return tf.complex(self.real, self.imag)

    def call(self, x):
        return tf.abs(tf.cast(x, tf.complex64) * self.both)
""",
    ),
}
LEFT = {
    "two_writers": HEAD
    + """\
    def build(self, input_shape):
        self.raw = self.add_weight(name="raw", shape=[1])
        self.scale = tf.nn.softplus(self.raw.numpy())
        self.scale = self.scale / 2.0

    def call(self, x):
        return x * self.scale
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
    assert [keep_and_evaluate.mend(Tree(text), finding) for finding in findings] == [None] * len(findings)
