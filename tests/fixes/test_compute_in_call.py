"""What is put into another layer while a layer is built is computed in its `call()`."""

from __future__ import annotations

import pytest
from fixing import OPTIONS, repaired

from gradcheck.fixes import compute_in_call
from gradcheck.lint import lint_text
from gradcheck.rewrite.tree import Tree

HEAD = """\
import tensorflow as tf


class Norm(tf.keras.layers.Wrapper):
"""

REPAIRED = {
    "in_build": (
        HEAD
        + """\
    def build(self, input_shape):
        self.layer.build(input_shape)
        self.v = self.layer.kernel
        self.g = self.add_weight(name="g", shape=[self.layer.units])
        # length times direction
        self.layer.kernel = tf.nn.l2_normalize(self.v, axis=0) * self.g

    def call(self, inputs):
        \"\"\"Project.\"\"\"
        return self.layer(inputs)
""",
        HEAD
        + """\
    def build(self, input_shape):
        self.layer.build(input_shape)
        self.v = self.layer.kernel
        self.g = self.add_weight(name="g", shape=[self.layer.units])

    def call(self, inputs):
        \"\"\"Project.\"\"\"
        # length times direction
        self.layer.kernel = tf.nn.l2_normalize(self.v, axis=0) * self.g
        return self.layer(inputs)
""",
    ),
    "in_a_helper": (
        HEAD
        + """\
    def build(self, input_shape):
        self.layer.build(input_shape)
        self.v = self.layer.kernel
        self.g = self.add_weight(name="g", shape=[self.layer.units])
        self.swap()

    def swap(self):
        self.layer.kernel = tf.nn.l2_normalize(self.v, axis=0) * self.g

    def call(self, inputs):
        return self.layer(inputs)
""",
        HEAD
        + """\
    def build(self, input_shape):
        self.layer.build(input_shape)
        self.v = self.layer.kernel
        self.g = self.add_weight(name="g", shape=[self.layer.units])

    def swap(self):
        self.layer.kernel = tf.nn.l2_normalize(self.v, axis=0) * self.g

    def call(self, inputs):
        self.swap()
        return self.layer(inputs)
""",
    ),
}
LEFT = {
    "of_a_local": HEAD
    + """\
    def build(self, input_shape):
        self.layer.build(input_shape)
        v = self.layer.kernel
        self.g = self.add_weight(name="g", shape=[self.layer.units])
        self.layer.kernel = tf.nn.l2_normalize(v, axis=0) * self.g

    def call(self, inputs):
        return self.layer(inputs)
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
    assert [compute_in_call.mend(Tree(text), finding) for finding in findings] == [None] * len(findings)
