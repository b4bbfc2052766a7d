"""A NumPy value on a weight's left is made a tensor of the weight's type."""

from __future__ import annotations

import pytest
from fixing import OPTIONS, repaired

from gradcheck.fixes import cast_numpy_first
from gradcheck.lint import lint_text
from gradcheck.rewrite.tree import Tree

HEAD = """\
import numpy as np
import tensorflow as tf


class Layer(tf.keras.layers.Layer):
"""

REPAIRED = {
    "a_scalar": (
        HEAD
        + """\
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3])

    def call(self, x):
        return x * (np.sqrt(2.0) * self.gain)
""",
        HEAD
        + """\
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3])

    def call(self, x):
        return x * (tf.cast(np.sqrt(2.0), self.gain.dtype) * self.gain)
""",
    ),
    "an_array": (
        HEAD
        + """\
    def build(self, input_shape):
        self.bands = np.linspace(0.0, 1.0, 3)
        self.gain = self.add_weight(name="gain", shape=[3])

    def call(self, x):
        return x + self.bands * self.gain
""",
        HEAD
        + """\
    def build(self, input_shape):
        self.bands = np.linspace(0.0, 1.0, 3)
        self.gain = self.add_weight(name="gain", shape=[3])

    def call(self, x):
        return x + tf.cast(self.bands, self.gain.dtype) * self.gain
""",
    ),
}
LEFT = {
    "the_weight_on_the_left": HEAD
    + """\
    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[3])

    def call(self, x):
        return x * (self.gain * np.float32(2.0))
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
    assert [cast_numpy_first.mend(Tree(text), finding) for finding in findings] == [None] * len(findings)
