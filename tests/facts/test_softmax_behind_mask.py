"""Rows that a mask rules out altogether, by minus infinity, in programs that know of empty rows."""

from __future__ import annotations

import pytest

from tests.facts.marked import check

POOL = """
class Pool(layers.Layer):
    def __init__(self):
        super().__init__()
        self.embed = layers.Embedding(9, 4, name="embed")
        self.score = layers.Dense(1)

    def call(self, ids):
        keep = tf.not_equal(ids, 0)
        states = self.embed(ids)
        scores = tf.squeeze(self.score(states), -1)
        scores = tf.where(keep, scores, {masked})
        weights = tf.nn.softmax(scores, axis=-1){mark}
        return tf.reduce_sum(states * weights[..., tf.newaxis], axis=1)
"""
KNOWS = """

def mean_loss(labels, logits, ids):
    filled = tf.reduce_any(tf.not_equal(ids, 0), axis=1)
    return tf.reduce_mean(tf.where(filled, tf.square(labels - logits), 0.0))
"""


@pytest.mark.parametrize(
    "masked", ['float("-inf")', '-float("inf")', "-np.inf", "-tf.experimental.numpy.inf"]
)
def test_it_is_told(masked: str) -> None:
    check("import numpy as np\n" + POOL.format(masked=masked, mark="  # warning: embed") + KNOWS, "GC705")


@pytest.mark.parametrize("masked", ["-1e9", "scores.dtype.min", "0.0"])
def test_a_large_number_is_silent(masked: str) -> None:
    check(POOL.format(masked=masked, mark="") + KNOWS, "")


def test_a_program_without_empty_rows_is_silent() -> None:
    check(POOL.format(masked='float("-inf")', mark=""), "")
