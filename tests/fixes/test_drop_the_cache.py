"""A cache that holds what a weight was at first goes."""

from __future__ import annotations

from fixing import each_becomes, each_is_declined, made_at

from gradcheck.fix.fixes import drop_the_cache

HEAD = """\
from functools import cached_property, lru_cache

import tensorflow as tf


class Layer(tf.keras.layers.Layer):
"""

REPAIRED = {
    "a_cached_property": (
        HEAD
        + """\
    def build(self, input_shape):
        self.raw = self.add_weight(name="raw", shape=[1])

    @cached_property
    def scale(self):
        return tf.nn.softplus(self.raw)

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
    "a_method_that_fills_it": (
        HEAD
        + """\
    def build(self, input_shape):
        self.raw = self.add_weight(name="raw", shape=[1])
        self._scale = None

    # Scales.
    def call(self, x):
        if self._scale is None:
            # positive
            self._scale = tf.nn.softplus(self.raw)
        return x * self._scale
""",
        HEAD
        + """\
    def build(self, input_shape):
        self.raw = self.add_weight(name="raw", shape=[1])

    @property
    def _scale(self):
        # positive
        return tf.nn.softplus(self.raw)

    # Scales.
    def call(self, x):
        return x * self._scale
""",
    ),
    "two_steps": (
        HEAD
        + """\
    def build(self, input_shape):
        self.raw = self.add_weight(name="raw", shape=[1])
        self._scale = None

    def call(self, x):
        if self._scale is None:
            positive = tf.nn.softplus(self.raw)
            self._scale = positive + 1e-3
        return x * self._scale
""",
        HEAD
        + """\
    def build(self, input_shape):
        self.raw = self.add_weight(name="raw", shape=[1])

    @property
    def _scale(self):
        positive = tf.nn.softplus(self.raw)
        return positive + 1e-3

    def call(self, x):
        return x * self._scale
""",
    ),
}
LEFT = {
    "a_cache_of_the_input": HEAD
    + """\
    def build(self, input_shape):
        self.raw = self.add_weight(name="raw", shape=[1])
        self._scale = None

    def call(self, x):
        if self._scale is None:
            self._scale = tf.nn.softplus(self.raw) * tf.reduce_mean(x)
        return x * self._scale
""",
}

test_it_is_repaired = each_becomes(REPAIRED)
test_it_is_left = each_is_declined(drop_the_cache, LEFT)


TOWER = """import tensorflow as tf


class Catalogue:
    def __init__(self, items):
        self.tower = tf.keras.layers.Dense(4)
        self.items = items
        self._index = None

    @property
    def index(self):
        \"\"\"Kept until it is cleared.\"\"\"
{}

    def clear(self):
        self._index = None
"""
KEPT = """\
        if self._index is None:
            self._index = self.tower(self.items)
        return self._index"""


def test_a_property_whose_cache_is_cleared_elsewhere_computes_it() -> None:
    after = TOWER.format("        return self.tower(self.items)")
    assert made_at(drop_the_cache, TOWER.format(KEPT), "self.tower(self.items)") == after


def test_a_property_that_returns_more_keeps_its_cache() -> None:
    text = TOWER.format(KEPT + " * 2.0")
    assert made_at(drop_the_cache, text, "self.tower(self.items)") is None
