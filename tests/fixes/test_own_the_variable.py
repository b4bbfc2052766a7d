"""A variable of the module that one layer uses becomes a weight of that layer."""

from __future__ import annotations

from fixing import OPTIONS, repaired

from gradcheck.fix.cst.tree import Tree
from gradcheck.fix.fixes import own_the_variable
from gradcheck.lint import lint_text

BEFORE = """\
import tensorflow as tf

log_scale = tf.Variable(0.0, name="log_scale")


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = tf.keras.layers.Dense(1, name="dense")

    def scale(self):
        return tf.exp(log_scale)

    def call(self, x):
        return self.dense(x) * self.scale()


net = Net()
net.compile("sgd", "mse")
net.fit(tf.ones([8, 3]), tf.zeros([8, 1]))
"""
AFTER = """\
import tensorflow as tf


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = tf.keras.layers.Dense(1, name="dense")
        self.log_scale = self.add_weight(name="log_scale", shape=(), initializer="zeros")

    def scale(self):
        return tf.exp(self.log_scale)

    def call(self, x):
        return self.dense(x) * self.scale()


net = Net()
net.compile("sgd", "mse")
net.fit(tf.ones([8, 3]), tf.zeros([8, 1]))
"""


def test_it_becomes_a_weight_of_the_layer() -> None:
    assert repaired(BEFORE).text == AFTER


def test_one_that_others_use_is_left() -> None:
    text = BEFORE + "print(log_scale)\n"
    findings, _ = lint_text("example.py", text, OPTIONS)
    assert [own_the_variable.fix(Tree(text), finding) for finding in findings] == [None] * len(findings)
    assert findings
